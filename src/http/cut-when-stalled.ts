import type { FastifyReply } from 'fastify';

/**
 * Hangs up on a client that takes nothing of its answer for so long: what it was to have is kept in memory, and its
 * place is another's by then.
 */
export function cutWhenStalled({ raw }: FastifyReply, seconds: number): void {
  // Without a listener Node destroys the socket; when the answer is complete, it sets another time itself.
  raw.setTimeout(seconds * 1000);
}
