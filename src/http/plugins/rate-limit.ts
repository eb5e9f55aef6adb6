import limiter from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { LobarError } from '../../errors.ts';

/** How many clients are counted at once; beyond that the one that was seen the longest ago starts anew. */
const counted = 5000;

const noHeaders = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

interface RateLimitOptions {
  readonly perMinute: number;
  readonly onRefused: (request: FastifyRequest) => void;
}

/** So many requests of one client within a minute; one more is answered 429 with Retry-After (RFC 6585 4). */
export const rateLimit = fastifyPlugin(async (app, { perMinute, onRefused }: RateLimitOptions) => {
  await app.register(limiter, {
    max: perMinute,
    timeWindow: '1 minute',
    cache: counted,
    // It is known by then: the hooks of routes come after those of the app.
    keyGenerator: ({ client }) => client.id,
    // The platform asks often, and must not be turned away.
    allowList: (request) => request.routeOptions.url?.startsWith('/health/') ?? false,
    errorResponseBuilder: (request, { ttl }) => {
      onRefused(request);
      const retryAfterSeconds = Math.max(1, Math.ceil(ttl / 1000));
      return new LobarError('rate-limited', { limit: perMinute }, { details: { retryAfterSeconds } });
    },
    // Retry-After is enough; the others are of no standard.
    addHeadersOnExceeding: noHeaders,
    addHeaders: { ...noHeaders, 'retry-after': true },
  });
});
