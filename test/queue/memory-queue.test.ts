import { openMemoryBackend } from '../../src/queue/memory/open-memory-backend.ts';
import { describeQueue } from './support/describe-queue.ts';
import type { Asked, Done, Told } from './support/tried-worker.ts';

describeQueue('a queue of one process', async ({ ackSeconds = 30, length = 1000, keepDays = 1 }) => {
  const backend = openMemoryBackend<Asked, Done, Told>({ ackSeconds, length, keepDays, rememberDays: 30 });
  return { backend, close: () => backend.close() };
});
