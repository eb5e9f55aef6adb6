import type { buildConnector } from 'undici';
import { LobarError } from '../errors.ts';
import { codeOf } from './connection-problem.ts';

/** A connector to the proxy itself: whatever keeps it from connecting is the proxy's fault. */
export function connectorToProxy(
  endpoint: string,
  connect: buildConnector.connector,
): buildConnector.connector {
  return withErrors(connect, (error) => failure(endpoint, `it cannot be reached (${codeOf(error)})`, error));
}

/**
 * A connector that may lead through a proxy's tunnel (CONNECT, RFC 9110 9.3.6): tells the errors of the proxy
 * from those of the endpoint behind it, which go on as they are.
 */
export function connectorThroughProxy(
  endpoint: string,
  connect: buildConnector.connector,
): buildConnector.connector {
  return withErrors(connect, (error) => {
    const problem = tunnelProblem(error);
    return problem === undefined ? error : failure(endpoint, problem, error);
  });
}

/** The error of an endpoint whose plain HTTP a proxy forwards, when that proxy asks for credentials. */
export function forwardingFailure(endpoint: string, error: unknown): LobarError | undefined {
  const refused = codeOf(error) === 'UND_ERR_INVALID_ARG' && /\(407\)$/.test((error as Error).message);
  return refused ? failure(endpoint, 'it asks for credentials (HTTP 407)', error) : undefined;
}

function tunnelProblem(error: Error): string | undefined {
  switch (codeOf(error)) {
    case 'UND_ERR_ABORTED': {
      const status = /^Proxy response \((\d{3})\)/.exec(error.message)?.[1];
      if (status === undefined) return undefined;
      return status === '407'
        ? 'it asks for credentials (HTTP 407)'
        : `it opened no tunnel, but answered HTTP ${status}`;
    }
    case 'UND_ERR_HEADERS_TIMEOUT': // of the answer to CONNECT; a request of ours has not begun
      return 'it did not answer in time';
    case 'UND_ERR_PRX_CONN':
      return 'it closed the connection';
    case 'UND_ERR_PRX_TLS':
      return 'its certificate is not for its name';
    default:
      return undefined;
  }
}

function failure(endpoint: string, problem: string, cause: unknown): LobarError {
  return new LobarError('proxy-failed', { endpoint, problem }, { cause });
}

function withErrors(
  connect: buildConnector.connector,
  told: (error: Error) => Error,
): buildConnector.connector {
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(error instanceof LobarError ? error : told(error), null);
    });
}
