import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { checkConfig } from '../../../../src/config.ts';
import { JobQueue } from '../../../../src/queue/job-queue.ts';
import { type NatsBackend, openNatsBackend } from '../../../../src/queue/nats/open-nats-backend.ts';
import type { Asked, Done, Told, TriedWorker } from '../../../queue/support/tried-worker.ts';

export type TriedNats = NatsBackend<Asked, Done, Told>;

export interface Opened {
  readonly backend: TriedNats;
  readonly queue: JobQueue<Asked, Done, Told>;
  /** What the log was told. */
  readonly log: string[];
  /** Begins to work. */
  work(worker: TriedWorker): void;
}

/** What one process has of a queue on NATS, closed when the test ends. @param settings - of the section queue */
export async function openOnNats(
  test: Pick<TestContext, 'after'>,
  settings: object,
  { wait = true }: { readonly wait?: boolean } = {},
): Promise<Opened> {
  const { queue: config } = checkConfig({ queue: { retrySeconds: 0.05, deliveries: 3, ...settings } });
  const { url } = config;
  assert.ok(url);
  const log: string[] = [];
  const note = (first: unknown, text?: string) => void log.push(text ?? String(first));
  const logger = { info: note, warn: note, error: note };
  const backend: TriedNats = await openNatsBackend({ ...config, url }, logger);
  const queue = new JobQueue(backend, { ...config, same: (one, other) => one.what === other.what });
  test.after(async () => {
    await queue.stop();
    await queue.idle();
    await backend.close();
  });
  if (wait) await backend.ready(AbortSignal.timeout(20_000));
  return { backend, queue, log, work: (worker) => queue.work(worker, worker.observer) };
}
