import type { QueueConfig } from '../../config-schema.ts';
import type { QueueBackend } from '../backend.ts';
import { dayMs } from '../day.ts';
import type { NewJob } from '../job.ts';
import { MemoryLine } from './memory-line.ts';
import { MemoryStore } from './memory-store.ts';

/** A result is some tens of kB, an id some tens of bytes. */
const resultsKept = 500;
const idsRemembered = 100_000;

/** A queue of this process alone: nothing of it outlives the process. */
export function openMemoryBackend<Request, Result, Call>(
  config: Pick<QueueConfig, 'length' | 'keepDays' | 'rememberDays' | 'ackSeconds'>,
): QueueBackend<Request, Result, Call> {
  const ackMs = config.ackSeconds * 1000;
  const jobs = new MemoryLine<NewJob<Request>>(config.length, ackMs);
  const calls = new MemoryLine<Call>(config.length, ackMs);
  const store = new MemoryStore<Request, Result>({
    keepMs: config.keepDays * dayMs,
    rememberMs: config.rememberDays * dayMs,
    ended: resultsKept,
    remembered: idsRemembered,
  });
  return {
    kind: 'in-process',
    up: true,
    ackMs,
    store,
    jobs,
    calls,
    async close() {
      jobs.close();
      calls.close();
    },
  };
}
