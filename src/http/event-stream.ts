import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalyzeHooks, AnalyzeResult } from '../analysis/analyze.ts';
import { eventStream } from './negotiate.ts';
import { logError } from './plugins/problems.ts';
import { toLobarError, toProblem } from './problem.ts';

/** Proxies cut connections that are silent for a minute or so. */
const heartbeatMs = 15_000;

/**
 * Server-sent events (WHATWG HTML 9.2): `progress` {stage, fraction} as the work goes on, at the end
 * `analysis` with the Analysis or `problem` with the error. The status is 200 as soon as the stream starts,
 * so a failure is told by the last event.
 */
export function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (onProgress: AnalyzeHooks['onProgress']) => Promise<AnalyzeResult>,
): FastifyReply {
  const stream = new PassThrough();
  const send = (event: string, data: unknown) => {
    if (!stream.writableEnded && !stream.destroyed)
      stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const heartbeat = setInterval(() => stream.write(': still working\n\n'), heartbeatMs);
  work((stage, fraction) => send('progress', { stage, fraction: Math.round(fraction * 1000) / 1000 }))
    .then(({ analysis }) => send('analysis', analysis))
    .catch((error: unknown) => {
      const coded = toLobarError(error, request);
      logError(coded, request);
      send('problem', toProblem(coded, request.id));
    })
    .finally(() => {
      clearInterval(heartbeat);
      stream.end();
    });
  return reply.type(eventStream).header('cache-control', 'no-store').send(stream);
}
