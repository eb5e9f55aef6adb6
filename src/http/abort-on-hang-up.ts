import type { FastifyReply } from 'fastify';

/** A signal that fires when the client hangs up before its answer is complete. */
export function abortOnHangUp(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // It may have gone while it was found out who it is.
  if (reply.raw.destroyed) controller.abort();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
