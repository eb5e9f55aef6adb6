import { entry, exitCode, type None } from './error-entry.ts';

const { internal, usage, upstreamFailed } = exitCode;

/** Errors of analyses that nobody waits for: a part of the table in errors.ts. */
// biome-ignore format: a table reads best with one row a code
export const jobErrors = {
  'analysis-not-found': entry<None>(404, usage, 'No such analysis',
    () => 'There is no such analysis, or it is not kept any more (queue.keepDays), or another client asked for it. What Lobar analyses by itself no client can end.'),
  'analysis-forgotten': entry<None>(409, usage, 'Asked for before',
    () => 'This was asked for before, and what became of it is not kept any more (queue.keepDays). Ask with another Idempotency-Key to have it done again.'),
  'idempotency-key-reused': entry<None>(422, usage, 'Idempotency-Key used for something else',
    () => 'Another request came with this Idempotency-Key before. Give every request a key of its own.'),
  'queue-unavailable': entry<{ problem: string }>(503, upstreamFailed, 'Queue unavailable',
    ({ problem }) => `The queue cannot be reached: ${problem}. Send the request again after Retry-After seconds, or without Prefer: respond-async.`),
  'process-lost': entry<{ attempts: number }>(500, internal, 'Process lost',
    ({ attempts }) => `The process that ran the analysis was lost ${attempts} times (queue.deliveries). Look why processes end (memory, inference.stallSeconds), then have it done again: publishing twice is harmless.`),
  'message-unreadable': entry<None>(500, internal, 'Message cannot be read',
    () => 'A message of the queue cannot be opened with the keys of queue.encryption, or holds something else. Configure the key that it was encrypted with.'),
} as const;
