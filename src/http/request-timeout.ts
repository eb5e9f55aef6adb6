import type { FastifyRequest } from 'fastify';
import { LobarError } from '../errors.ts';

export interface RequestTimeout {
  /** Fires with `deadline-exceeded`; never where the client set none. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/**
 * How long a client wants to wait for its answer, waiting for a place included: Request-Timeout, whole seconds
 * (draft-thomson-hybi-http-timeout), as the schema of the route has checked.
 */
export function requestTimeout({ headers }: Pick<FastifyRequest, 'headers'>): RequestTimeout {
  const controller = new AbortController();
  const { signal } = controller;
  const asked = headers['request-timeout'];
  if (asked === undefined) return { signal, stop: () => {} };
  const seconds = Number(asked);
  const expire = () =>
    controller.abort(new LobarError('deadline-exceeded', { seconds, limit: 'Request-Timeout' }));
  const timer = setTimeout(expire, seconds * 1000);
  return { signal, stop: () => clearTimeout(timer) };
}
