import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalyzeResult } from '../analysis/analyze.ts';
import { inTurns } from './documents/base64-pieces.ts';
import { type AnswerBounds, boundAnswer } from './documents/bound-answer.ts';
import { documentEvents } from './documents/document-events.ts';
import { eventStream } from './negotiate.ts';
import { logError } from './plugins/problems.ts';
import { toLobarError, toProblem } from './problem.ts';
import type { Watcher } from './run-analysis.ts';

/** Proxies cut connections that are silent for a minute or so. */
const heartbeatMs = 15_000;

/**
 * Server-sent events (WHATWG HTML 9.2): `queued` {ahead} if it has to wait for a place, `progress` {stage,
 * fraction} as the work goes on, `document` with each part of a document that was asked for, at the end `analysis`
 * with the Analysis or `problem` with the error. A request that is refused at once is answered by its status; once
 * the stream has begun that is 200, and a failure is told by the last event.
 *
 * @param bounds - of its documents: while there are none the work decides how long it takes
 */
export function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (watcher: Watcher) => Promise<AnalyzeResult>,
  bounds: AnswerBounds,
): FastifyReply {
  const stream = new PassThrough();
  const write = (text: string) => {
    if (!stream.writableEnded && !stream.destroyed) stream.write(text);
  };
  const send = (event: string, data: unknown) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  // A refusal is thrown by this call, before the answer begins: the client sees its status.
  const done = work({
    onProgress: (stage, fraction) =>
      send('progress', { stage, fraction: Math.round(fraction * 1000) / 1000 }),
    onWait: (ahead) => send('queued', { ahead }),
  });
  const heartbeat = setInterval(() => write(': still working\n\n'), heartbeatMs);
  done
    .then(async ({ analysis, documents = [] }) => {
      if (documents.length > 0) boundAnswer(reply, documents, bounds);
      for await (const part of inTurns(documentEvents(documents))) {
        send('document', part);
        await drained(stream);
        // Nobody is left to take the next part; to make them all is a long turn of the event loop.
        if (stream.destroyed) return;
      }
      send('analysis', analysis);
    })
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

/** When more may be written, or nothing can be any more: the client reads as slowly as it likes, or is gone. */
async function drained(stream: PassThrough): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return;
  const settled = new AbortController();
  const { signal } = settled;
  const gone = once(stream, 'close', { signal });
  await Promise.race([once(stream, 'drain', { signal }), gone]).finally(() => settled.abort());
}
