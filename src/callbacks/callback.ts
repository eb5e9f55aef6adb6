import { Webhook } from 'standardwebhooks';
import type { Dispatcher } from 'undici';
import type { CallbackConfig } from '../config-schema.ts';
import { connectionProblem, timeoutOf } from '../outbound/connection-problem.ts';
import { mistake, readSecret } from '../outbound/endpoint-files.ts';
import { exchangeFault } from '../outbound/exchange-fault.ts';
import { type OutboundConfig, openAgent } from '../outbound/open-agent.ts';
import { observedExchange } from '../telemetry/exchange.ts';

/** What somebody is told. */
export interface CallbackEvent {
  /** The same whenever it is told again (`webhook-id`). */
  readonly id: string;
  /** Full stop separated: `analysis.finished`. */
  readonly type: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Somebody who is told of ends of analyses. */
export interface Callback {
  readonly name: string;
  /** How often it is tried. */
  readonly deliveries: number;
  /**
   * POSTs an event, signed as Standard Webhooks say it (standardwebhooks.com, 1.0).
   *
   * @returns undefined where it was taken (2xx), else why not, in words without the event
   * @throws LobarError `config-invalid` for the file of its secret, `address-blocked`, `proxy-failed`
   */
  tell(event: CallbackEvent, signal: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Its answer is of no interest, bytes. */
const longestAnswer = 64 * 1024;

/** Opens no connection yet. @throws LobarError `config-invalid` for its TLS files */
export function openCallback(name: string, config: CallbackConfig, outbound: OutboundConfig): Callback {
  const endpoint = `callbacks.${name}`;
  const { url, timeoutSeconds } = config;
  const timeouts = { connect: timeoutSeconds, firstByte: timeoutSeconds, idle: timeoutSeconds };
  const agent = openAgent({
    endpoint,
    url,
    tls: config.tls,
    timeouts,
    outbound,
    maxResponseSize: longestAnswer,
  });
  const { origin, pathname } = new URL(url);
  return {
    name,
    deliveries: config.deliveries,
    async tell(event, given) {
      const webhook = await webhookOf(`${endpoint}.secretFile`, config.secretFile);
      const { id, ...payload } = event;
      const body = JSON.stringify(payload);
      const now = new Date();
      const headers = {
        ...config.headers,
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, now, body),
      };
      const signal = AbortSignal.any([given, AbortSignal.timeout(timeoutSeconds * 1000)]);
      const request: Dispatcher.RequestOptions = {
        origin,
        path: pathname,
        method: 'POST',
        headers,
        body,
        signal,
      };
      return await observedExchange(
        outbound.observe,
        { system: 'callback', operation: 'tell' },
        async (end) => {
          try {
            const { statusCode, body: answer } = await agent.request(request);
            await answer.dump({ limit: longestAnswer });
            end(statusCode);
            return statusCode >= 200 && statusCode < 300 ? undefined : `it answered HTTP ${statusCode}`;
          } catch (error) {
            const fault = exchangeFault(error, given);
            end(fault);
            if (fault === 'timeout' || timeoutOf(error, timeouts) !== undefined) {
              return `it took longer than ${timeoutSeconds} s (${endpoint}.timeoutSeconds)`;
            }
            return connectionProblem(error);
          }
        },
      );
    },
    close: () => agent.closeAll(),
  };
}

/** @throws LobarError `config-invalid` */
async function webhookOf(setting: string, file: string): Promise<Webhook> {
  const secret = await readSecret(setting, file);
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret) ?? [];
  const bytes = Buffer.from(base64, 'base64').length;
  // Standard Webhooks 1.0, "Signature scheme".
  if (bytes < 24 || bytes > 64) {
    throw mistake(
      `${setting}: must hold whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"`,
    );
  }
  return new Webhook(secret);
}
