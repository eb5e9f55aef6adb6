import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { millis, nanos } from '@nats-io/transport-node';
import type { QueueConfig } from '../../config-schema.ts';
import { dayMs } from '../day.ts';
import { type NatsNames, streamOfBucket } from './nats-names.ts';
import { NatsTrouble, natsProblem } from './nats-problem.ts';

export type StorageConfig = Pick<
  QueueConfig,
  'replicas' | 'length' | 'ackSeconds' | 'keepDays' | 'rememberDays' | 'deadLetterDays'
>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What is pushed once more within this is known to be the same. */
const duplicatesMs = hourMs;
/** A job that runs is noted again and again, but it may be silent for long in front of a PACS. */
const leastKeptMs = 2 * hourMs;
/** Calls that may wait for their turn, for every job that may. */
const callsPerJob = 10;
/**
 * What is kept at most of each, for every job that may wait; then the oldest go first. Far more than there should ever be:
 * a bound in messages, as one in bytes is taken from the disks of NATS beforehand.
 */
const kept = { records: 100, keys: 1000, letters: 10 } as const;

/**
 * Sees to it that streams, consumers and buckets are there as they are configured. Several processes do this at the same
 * time, and somebody may have made them beforehand: of what is there already, replicas and storage are left as they are.
 *
 * @param told - of what is not as it is configured, and cannot be changed
 * @returns how long a message may be silent in somebody's hands, ms: less than configured where that cannot be changed
 * @throws NatsTrouble, and what the library throws
 */
export async function prepareNats(
  manager: JetStreamManager,
  names: NatsNames,
  config: StorageConfig,
  told: (what: string) => void,
): Promise<number> {
  for (const stream of streams(names, config)) await prepareStream(manager, stream, config.replicas, told);
  let ackMs = config.ackSeconds * 1000;
  for (const { stream, consumer } of [names.jobs, names.calls]) {
    const made = await prepareConsumer(manager, stream, consumerOf(consumer, config), told);
    if (made.ack_wait !== undefined) ackMs = Math.min(ackMs, millis(made.ack_wait));
  }
  return ackMs;
}

type Wanted = Partial<StreamConfig> & Pick<StreamConfig, 'name' | 'subjects' | 'retention'>;

function streams(names: NatsNames, config: StorageConfig): readonly Wanted[] {
  const line = (stream: string, subject: string, length: number): Wanted => ({
    name: stream,
    subjects: [`${subject}.*`],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_msgs: length,
    duplicate_window: nanos(duplicatesMs),
  });
  const bucket = (name: string, keptMs: number, most: number): Wanted => ({
    name: streamOfBucket(name),
    subjects: [`$KV.${name}.>`],
    retention: RetentionPolicy.Limits,
    // Else nothing could be noted any more of the jobs that run.
    discard: DiscardPolicy.Old,
    max_msgs: most * config.length,
    max_msgs_per_subject: 1,
    max_age: nanos(keptMs),
    duplicate_window: nanos(Math.min(2 * minuteMs, keptMs)),
    allow_rollup_hdrs: true,
    deny_delete: true,
    // What is read must be what was written last: a copy may be behind.
    allow_direct: false,
  });
  const { jobs, calls, deadLetters, jobBucket, keyBucket } = names;
  const deadMs = config.deadLetterDays * dayMs;
  return [
    line(jobs.stream, jobs.subject, config.length),
    line(calls.stream, calls.subject, config.length * callsPerJob),
    {
      name: deadLetters.stream,
      subjects: [`${deadLetters.subject}.>`],
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      max_msgs: kept.letters * config.length,
      max_age: nanos(deadMs),
      duplicate_window: nanos(Math.min(duplicatesMs, deadMs)),
    },
    bucket(jobBucket, Math.max(leastKeptMs, config.keepDays * dayMs), kept.records),
    bucket(keyBucket, config.rememberDays * dayMs, kept.keys),
  ];
}

function consumerOf(name: string, { ackSeconds }: StorageConfig): Partial<ConsumerConfig> {
  return {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackSeconds * 1000),
    // Counted in what is noted of a job: a delivery that was put back is none.
    max_deliver: -1,
    // What waits to be begun again counts as well: many of them would hold up all that is new.
    max_ack_pending: -1,
    // Of many processes, each with a few who wait for a call.
    max_waiting: 4096,
  };
}

async function prepareStream(
  manager: JetStreamManager,
  wanted: Wanted,
  replicas: number,
  told: (what: string) => void,
): Promise<void> {
  const { name } = wanted;
  const info = () => unlessMissing(manager.streams.info(name), JetStreamApiCodes.StreamNotFound);
  let found = await info();
  if (found === undefined) {
    const added = manager.streams.add({ ...wanted, storage: StorageType.File, num_replicas: replicas });
    const failed = await failureOf(added);
    if (failed === undefined) return;
    // Another process may have been faster.
    found = await info();
    if (found === undefined) throw cannot(`create the stream ${name}`, failed);
  }
  const { config } = found;
  if (config.retention !== wanted.retention) {
    throw new NatsTrouble(
      `stream ${name} has the retention '${config.retention}', and not '${wanted.retention}': delete it, or choose another queue.name`,
    );
  }
  const update = (how: Partial<Wanted>) => manager.streams.update(name, how);
  await bring(`stream ${name}`, differing(wanted, config), update, told);
}

async function prepareConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig>,
  told: (what: string) => void,
): Promise<Partial<ConsumerConfig>> {
  const name = wanted.durable_name ?? '';
  const info = () => unlessMissing(manager.consumers.info(stream, name), JetStreamApiCodes.ConsumerNotFound);
  let found = await info();
  if (found === undefined) {
    const failed = await failureOf(manager.consumers.add(stream, wanted));
    if (failed === undefined) return wanted;
    found = await info();
    if (found === undefined) throw cannot(`create the consumer ${name} of the stream ${stream}`, failed);
  }
  const update = (how: Partial<ConsumerConfig>) => manager.consumers.update(stream, name, how);
  const brought = await bring(`consumer ${name}`, differing(wanted, found.config), update, told);
  return { ...found.config, ...brought };
}

/**
 * All at once, and where that is refused one after the other: one that cannot be changed leaves no other as it was.
 *
 * @returns what was changed
 */
async function bring<Config extends object>(
  what: string,
  wanted: Partial<Config>,
  update: (how: Partial<Config>) => Promise<unknown>,
  told: (what: string) => void,
): Promise<Partial<Config>> {
  const settings = Object.entries(wanted);
  if (settings.length === 0) return {};
  const refused = async (how: Partial<Config>) => {
    const failed = await failureOf(update(how));
    return failed === undefined ? undefined : natsProblem(failed);
  };
  const all = await refused(wanted);
  if (all === undefined) return wanted;
  const brought: [string, unknown][] = [];
  for (const [setting, value] of settings) {
    const one = settings.length === 1 ? all : await refused({ [setting]: value } as Partial<Config>);
    if (one === undefined) brought.push([setting, value]);
    else told(`${what} keeps its ${setting}: ${one}`);
  }
  return Object.fromEntries(brought) as Partial<Config>;
}

function differing<Config extends object>(wanted: Config, found: object): Partial<Config> {
  const there = found as Readonly<Record<string, unknown>>;
  const others = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(there[key] ?? false) !== JSON.stringify(value),
  );
  return Object.fromEntries(others) as Partial<Config>;
}

/** Undefined where it went well. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(() => undefined).catch((error: unknown) => error);
}

function cannot(what: string, error: unknown): NatsTrouble {
  return new NatsTrouble(`cannot ${what}: ${natsProblem(error)}`);
}

async function unlessMissing<Info>(info: Promise<Info>, code: number): Promise<Info | undefined> {
  try {
    return await info;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === code) return undefined;
    throw error;
  }
}
