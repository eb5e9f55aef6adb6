import type { QueueConfig } from '../config-schema.ts';
import type { ErrorCode } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { QueueBackend } from './backend.ts';
import { openMemoryBackend } from './memory/open-memory-backend.ts';
import { openNatsBackend } from './nats/open-nats-backend.ts';

/**
 * The queue that the configuration names, or one of this process.
 *
 * @param onBuried - a message was given up that nobody could read
 * @throws LobarError `config-invalid` where a file of the configuration cannot be used
 */
export async function openQueueBackend<Request, Result, Call>(
  config: QueueConfig,
  logger?: Pick<Logger, 'info' | 'warn' | 'error'>,
  onBuried?: (reason: ErrorCode) => void,
): Promise<QueueBackend<Request, Result, Call>> {
  const { url } = config;
  return url === undefined
    ? openMemoryBackend(config)
    : await openNatsBackend({ ...config, url }, logger, onBuried);
}
