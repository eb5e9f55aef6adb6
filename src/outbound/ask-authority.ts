import type { Dispatcher } from 'undici';
import type { FhirConnectionConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type ObserveExchange, observedExchange } from '../telemetry/exchange.ts';
import { codeOf, connectionFault, connectionProblem, timeoutOf } from './connection-problem.ts';
import { exchangeFault } from './exchange-fault.ts';
import { fetchThrough } from './fetch-through.ts';
import { NoToken } from './no-token.ts';
import { forwardingFailure } from './proxy-failure.ts';

/** Who is asked on the way to a token. */
export interface Authority {
  readonly agent: Dispatcher;
  /** In words, for an error. */
  readonly whom:
    | 'its token endpoint'
    | 'its .well-known/smart-configuration'
    | 'its .well-known/openid-configuration'
    | 'its JWKS';
  /** Whose timeouts hold: `ehr.main`. */
  readonly endpoint: string;
  /** Where it is configured: `ehr.main.smart`. */
  readonly setting: string;
  readonly timeouts: Pick<FhirConnectionConfig['timeouts'], 'connect' | 'firstByte' | 'idle'>;
  readonly observe: ObserveExchange | undefined;
}

/** What the metrics call it. */
const operations = {
  'its token endpoint': 'token',
  'its .well-known/smart-configuration': 'smart_configuration',
  'its .well-known/openid-configuration': 'openid_configuration',
  'its JWKS': 'jwks',
} as const satisfies Readonly<Record<Authority['whom'], string>>;

/** An authority that has more to say is none, bytes. */
export const longestAnswer = 256 * 1024;

/**
 * fetch, for one authority, within the sum of its timeouts.
 *
 * @returns a function that fails with NoToken, or LobarError `address-blocked`, `proxy-failed`, `config-invalid`
 *   (a TLS file) or `shutting-down`
 */
export function askAuthority(authority: Authority): ReturnType<typeof fetchThrough> {
  const send = fetchThrough(authority.agent);
  const { connect, firstByte, idle } = authority.timeouts;
  const operation = operations[authority.whom];
  return async (url, request) => {
    const signal = AbortSignal.timeout((connect + firstByte + idle) * 1000);
    return await observedExchange(authority.observe, { system: 'token', operation }, async (end) => {
      const answer = await send(url, { ...request, signal }).catch((error: unknown) => {
        end(exchangeFault(error));
        throw unreachable(error, authority);
      });
      end(answer.status);
      return answer;
    });
  };
}

/** Whether a status may pass by itself. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function unreachable(error: unknown, { whom, endpoint, setting, timeouts }: Authority): Error {
  if (error instanceof LobarError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new LobarError('shutting-down', {}, { cause: error });
  }
  const timeout = timeoutOf(error, timeouts);
  if (timeout !== undefined) {
    const { limit, seconds, phase } = timeout;
    const problem = `${whom} took longer than ${seconds} s (${phase}), the limit ${endpoint}.timeouts.${limit}`;
    return new NoToken('unavailable', problem, error);
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new NoToken('refused', `${whom} answered more than ${longestAnswer / 1024} KiB`, error);
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const seconds = timeouts.connect + timeouts.firstByte + timeouts.idle;
    const problem = `${whom} took longer than ${seconds} s, the sum of connect, firstByte and idle in ${endpoint}.timeouts`;
    return new NoToken('unavailable', problem, error);
  }
  const refusedByProxy = forwardingFailure(setting, error);
  if (refusedByProxy !== undefined) return refusedByProxy;
  // A certificate that is not trusted is so until somebody mends it.
  const kind = connectionFault(error) === 'tls' ? 'refused' : 'unavailable';
  return new NoToken(kind, `${whom} cannot be asked: ${connectionProblem(error)}`, error);
}
