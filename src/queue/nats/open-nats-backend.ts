import type { QueueConfig } from '../../config-schema.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { QueueBackend } from '../backend.ts';
import { dayMs } from '../day.ts';
import type { NewJob } from '../job.ts';
import { connectionOptions } from './connection-options.ts';
import { type DeadLetters, openDeadLetters } from './dead-letters.ts';
import { NatsLine } from './nats-line.ts';
import { NatsLink } from './nats-link.ts';
import { natsNames } from './nats-names.ts';
import { NatsTrouble } from './nats-problem.ts';
import { NatsStore } from './nats-store.ts';
import { prepareNats } from './prepare-nats.ts';
import { openSeal } from './seal.ts';

export interface NatsBackend<Request, Result, Call> extends QueueBackend<Request, Result, Call> {
  readonly kind: 'nats';
  readonly jobs: NatsLine<NewJob<Request>>;
  readonly deadLetters: DeadLetters<Request>;
  /** Settles when it can be used. @throws LobarError `queue-unavailable` when it cannot before the signal fires */
  ready(signal: AbortSignal): Promise<void>;
}

/**
 * A queue that all processes share. It need not be there yet, and may go and come again: what is asked of it meanwhile
 * is answered `queue-unavailable`.
 *
 * @param onBuried - a message was given up that nobody could read
 * @param onConnected - it can be used from now on, or again
 * @throws LobarError `config-invalid` where a file of the configuration cannot be used
 */
export async function openNatsBackend<Request, Result, Call>(
  config: QueueConfig & { readonly url: string },
  logger?: Pick<Logger, 'info' | 'warn' | 'error'>,
  onBuried?: (reason: ErrorCode) => void,
  onConnected?: () => void,
): Promise<NatsBackend<Request, Result, Call>> {
  const seal = openSeal(config.encryption);
  await connectionOptions(config);
  const names = natsNames(config.name);
  let ackMs = config.ackSeconds * 1000;
  const link = new NatsLink({
    connectionOptions: (closing) => connectionOptions(config, closing),
    async prepare({ connection, manager }) {
      requireVersion(connection.info?.version);
      const differs = (what: string) => logger?.warn({ code: 'queue-differs' }, what);
      ackMs = await prepareNats(manager, names, config, differs);
    },
    changed(up, problem) {
      if (up) onConnected?.();
      if (up) logger?.info('the queue is connected');
      else logger?.error({ code: 'queue-unavailable' }, `the queue cannot be reached: ${problem}`);
    },
  });
  const { deliveries, retrySeconds } = config;
  const line = <Body>(which: 'jobs' | 'calls') =>
    new NatsLine<Body>(link, seal, {
      names: names[which],
      deadLetters: names.deadLetters,
      deliveries,
      firstRetryMs: retrySeconds * 1000,
      ackMs: () => ackMs,
      unreadable: (code) => {
        logger?.error({ code }, 'a message cannot be opened: it is in the dead letters');
        onBuried?.(code);
      },
      troubled: (problem) =>
        problem === undefined
          ? logger?.info(`the queue gives ${which} again`)
          : logger?.error({ code: 'queue-unavailable' }, `the queue gives no ${which}: ${problem}`),
    });
  const jobs = line<NewJob<Request>>('jobs');
  const calls = line<Call>('calls');
  const store = new NatsStore<Request, Result>(link, seal, { names, keepMs: config.keepDays * dayMs });
  link.open();
  return {
    kind: 'nats',
    get up() {
      return link.up && jobs.trouble === undefined;
    },
    get ackMs() {
      return ackMs;
    },
    ...{ store, jobs, calls },
    deadLetters: openDeadLetters(link, seal, { names, store, jobs, calls }),
    ready: (signal) => link.ready(signal),
    async close() {
      jobs.close();
      calls.close();
      await link.close();
    },
  };
}

/** Older ones have no key-value buckets that several processes can rely on. @throws NatsTrouble */
function requireVersion(version = ''): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 9))
    throw new NatsTrouble(`NATS ${version} is too old: 2.9 or newer is needed`);
}
