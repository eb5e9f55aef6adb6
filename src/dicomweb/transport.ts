import type { PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type OutboundConfig, openAgent, unrestricted } from '../outbound/open-agent.ts';
import { type Deadline, startDeadline, unlessAborted } from './deadline.ts';
import { openPacsAuthorization, type PacsAuthorization } from './pacs-authorization.ts';
import { type Exchange, transportError } from './transport-error.ts';

export interface PacsRequest {
  /** What is being done, in words for an error: 'QIDO-RS search for series'. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** Absolute; must lie under the root of this PACS. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

export interface PacsResponse {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The body as it arrives; not asking for the next chunk stops the socket. Its faults are LobarErrors. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the connection if the body was not read to its end. */
  readonly discard: () => void;
}

export interface Transport {
  readonly name: string;
  /** DICOMweb root without a slash at its end. */
  readonly root: string;
  /**
   * @throws LobarError `pacs-unreachable`, `pacs-timeout`, `pacs-incomplete`, `pacs-response-invalid` (a
   *   redirect, a compressed body, not HTTP), `pacs-auth-failed` (401, 403, no token), `pacs-token-unavailable`,
   *   `address-blocked`, `proxy-failed`, `config-invalid` (a secret or TLS file), `cancelled`, `shutting-down`;
   *   `internal` for a url outside the root.
   */
  send(request: PacsRequest): Promise<PacsResponse>;
  /** Fails the requests under way with `shutting-down` and closes every connection. */
  close(): Promise<void>;
}

/** How far the socket may run ahead of who reads the body. */
const bufferedBytes = 256 * 1024;

/**
 * The one way to a PACS: its origin alone, its TLS, timeouts, credentials and headers, no redirect, no
 * compression.
 *
 * @throws LobarError `config-invalid` for its TLS files.
 */
export function openTransport(
  name: string,
  config: PacsConfig,
  outbound: OutboundConfig = unrestricted,
): Transport {
  const root = config.url.replace(/\/+$/, '');
  const { origin } = new URL(root);
  const { tls, timeouts } = config;
  const authorization = openPacsAuthorization(name, config, outbound);
  const agent = openAgent({ endpoint: `pacs.${name}`, url: root, tls, timeouts, outbound });

  async function attempt(request: PacsRequest, credentials: string | undefined, signal: AbortSignal) {
    const { pathname, search } = new URL(request.url);
    const exchange: Exchange = { pacs: name, timeouts, signal };
    const answer = await agent
      .request({
        origin,
        path: pathname + search,
        method: request.method,
        headers: {
          ...config.headers,
          // A compressed answer could unpack to any size; uncompressed, what is counted is what is kept.
          'accept-encoding': 'identity',
          ...(credentials === undefined ? {} : { authorization: credentials }),
          ...request.headers,
        },
        body: request.body ?? null,
        highWaterMark: bufferedBytes,
        signal,
      })
      .catch((cause: unknown) => {
        throw transportError(cause, exchange, 'head');
      });
    // A discarded body reports its own abort as an error event that nobody waits for.
    answer.body.on('error', () => undefined);
    const response: PacsResponse = {
      status: answer.statusCode,
      header: (field: string) => [answer.headers[field] ?? []].flat()[0],
      chunks: readChunks(answer.body, exchange),
      discard: () => void answer.body.destroy(),
    };
    return { response, body: answer.body };
  }

  async function exchange(request: PacsRequest, deadline: Deadline): Promise<PacsResponse> {
    for (let isSecond = false; ; isSecond = true) {
      const credentials = await unlessAborted(authorization.header(), deadline.signal);
      const { response, body } = await attempt(request, credentials, deadline.signal);
      const problem = refusal(response);
      if (problem !== undefined) {
        response.discard();
        throw new LobarError('pacs-response-invalid', { pacs: name, problem });
      }
      if (response.status !== 401 && response.status !== 403) {
        // Read to its end, discarded or broken off.
        body.once('close', deadline.stop);
        return response;
      }
      response.discard();
      // A token can be taken back before its time; the next one is asked for once.
      if (isSecond || response.status === 403 || !authorization.renew(credentials)) {
        throw refused(name, response.status, authorization);
      }
    }
  }

  return {
    name,
    root,
    async send(request) {
      const { operation, url, signal } = request;
      if (new URL(url).origin !== origin || !url.startsWith(`${root}/`)) {
        const cause = new Error(`${operation}: it would leave the root of the PACS`);
        throw new LobarError('internal', {}, { cause });
      }
      const deadline = startDeadline(name, timeouts.total, signal);
      try {
        return await exchange(request, deadline);
      } catch (error) {
        deadline.stop();
        throw error;
      }
    },
    async close() {
      await Promise.all([agent.closeAll(), authorization.close()]);
    },
  };
}

async function* readChunks(body: AsyncIterable<Uint8Array>, exchange: Exchange) {
  try {
    yield* body;
  } catch (cause) {
    throw transportError(cause, exchange, 'body');
  }
}

function refusal({ status, header }: PacsResponse): string | undefined {
  if (status >= 300 && status < 400) return `it redirects (HTTP ${status}), and redirects are not followed`;
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  return encoding === 'identity' ? undefined : 'it compressed its answer though none was accepted';
}

function refused(pacs: string, status: number, { kind, setting }: PacsAuthorization): LobarError {
  const problem = `it answered HTTP ${status} to ${kind}; check ${setting}`;
  return new LobarError('pacs-auth-failed', { pacs, problem });
}
