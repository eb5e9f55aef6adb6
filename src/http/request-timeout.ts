import type { FastifyRequest } from 'fastify';
import { LobarError } from '../errors.ts';

export interface RequestTimeout {
  /** Fires with `deadline-exceeded`; never where the client set none. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

const longestSeconds = 86_400;

/**
 * How long a client wants to wait for its answer, waiting for a place included: Request-Timeout, whole seconds
 * (draft-thomson-hybi-http-timeout).
 *
 * @throws LobarError `request-invalid`
 */
export function requestTimeout({ headers }: Pick<FastifyRequest, 'headers'>): RequestTimeout {
  const controller = new AbortController();
  const { signal } = controller;
  const asked = headers['request-timeout'];
  if (asked === undefined) return { signal, stop: () => {} };
  const seconds = Number(asked);
  if (!/^[1-9]\d*$/.test(String(asked)) || seconds > longestSeconds) {
    const problem = `headers.request-timeout must be whole seconds from 1 to ${longestSeconds}`;
    throw new LobarError('request-invalid', { problem });
  }
  const expire = () =>
    controller.abort(new LobarError('deadline-exceeded', { seconds, limit: 'Request-Timeout' }));
  const timer = setTimeout(expire, seconds * 1000);
  return { signal, stop: () => clearTimeout(timer) };
}
