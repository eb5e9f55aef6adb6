import type { QueueConfig } from '../config-schema.ts';
import type { QueueBackend } from './backend.ts';
import { openMemoryBackend } from './memory/open-memory-backend.ts';
import { openNatsBackend, type QueueObserver } from './nats/open-nats-backend.ts';

/**
 * The queue that the configuration names, or one of this process.
 *
 * @throws LobarError `config-invalid` where a file of the configuration cannot be used
 */
export async function openQueueBackend<Request, Result, Call>(
  config: QueueConfig,
  observer: QueueObserver = {},
): Promise<QueueBackend<Request, Result, Call>> {
  const { url } = config;
  return url === undefined ? openMemoryBackend(config) : await openNatsBackend({ ...config, url }, observer);
}
