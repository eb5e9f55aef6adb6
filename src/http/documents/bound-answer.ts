import type { FastifyReply } from 'fastify';
import type { MemoryBudget } from '../../analysis/memory-budget.ts';
import type { ReportDocument } from '../../analysis/reporting/report-document.ts';

export interface AnswerBounds {
  readonly memory: Pick<MemoryBudget, 'hold'>;
  /** After so long without anything taken of it the client is hung up on. */
  readonly idleSeconds: number;
  /** The rate at which documents have to be taken, over the whole answer. */
  readonly bytesPerSecond?: number;
}

/** Half a megabit: the documents of a large study within half an hour. */
const leastBytesPerSecond = 64 * 1024;

/**
 * Bounds how long the documents of an analysis are kept for their client, from now on: its place is another's by then.
 * They count as memory of this process until the answer has ended. Who takes nothing of it for a while is hung up on,
 * and so is who takes them more slowly than by a least rate, a byte now and then.
 */
export function boundAnswer(
  { raw }: FastifyReply,
  documents: readonly ReportDocument[],
  { memory, idleSeconds, bytesPerSecond = leastBytesPerSecond }: AnswerBounds,
): void {
  // Without a listener Node destroys the socket; when the answer is complete, it sets another time itself.
  raw.setTimeout(idleSeconds * 1000);
  const bytes = documents.reduce((sum, document) => sum + document.bytes.length, 0);
  // Of a client that has gone no end is heard.
  if (bytes === 0 || raw.destroyed) return;
  const release = memory.hold(bytes);
  const timer = setTimeout(() => raw.destroy(), 1000 * (idleSeconds + bytes / bytesPerSecond));
  raw.once('close', () => {
    clearTimeout(timer);
    release();
  });
}
