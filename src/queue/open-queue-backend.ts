import type { QueueConfig } from '../config-schema.ts';
import type { QueueBackend } from './backend.ts';
import { openMemoryBackend } from './memory/open-memory-backend.ts';

/** The queue that the configuration names, or one of this process. */
export async function openQueueBackend<Request, Result, Call>(
  config: QueueConfig,
): Promise<QueueBackend<Request, Result, Call>> {
  return openMemoryBackend(config);
}
