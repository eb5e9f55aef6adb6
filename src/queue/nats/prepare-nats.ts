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
import { nanos } from '@nats-io/transport-node';
import type { QueueConfig } from '../../config-schema.ts';
import { type NatsNames, streamOfBucket } from './nats-names.ts';
import { NatsTrouble, natsProblem } from './nats-problem.ts';

export type StorageConfig = Pick<
  QueueConfig,
  'replicas' | 'length' | 'ackSeconds' | 'keepDays' | 'rememberDays' | 'deadLetterDays'
>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What is pushed once more within this is known to be the same. */
const duplicatesMs = hourMs;
/** A job that runs is noted again and again, but it may be silent for long in front of a PACS. */
const leastKeptMs = 2 * hourMs;
/** Calls that may wait for their turn, for every job that may. */
const callsPerJob = 10;

/**
 * Sees to it that streams, consumers and buckets are there as they are configured. Several processes do this at the same
 * time, and somebody may have made them beforehand: of what is there already, replicas and storage are left as they are.
 *
 * @param told - of what is not as it is configured, and cannot be changed
 * @throws NatsTrouble, and what the library throws
 */
export async function prepareNats(
  manager: JetStreamManager,
  names: NatsNames,
  config: StorageConfig,
  told: (what: string) => void,
): Promise<void> {
  for (const stream of streams(names, config)) await prepareStream(manager, stream, config.replicas, told);
  for (const { stream, consumer } of [names.jobs, names.calls])
    await prepareConsumer(manager, stream, consumerOf(consumer, config), told);
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
  const bucket = (name: string, keptMs: number): Wanted => ({
    name: streamOfBucket(name),
    subjects: [`$KV.${name}.>`],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
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
      subjects: [`${deadLetters.subject}.*`],
      retention: RetentionPolicy.Limits,
      max_age: nanos(deadMs),
      duplicate_window: nanos(Math.min(duplicatesMs, deadMs)),
    },
    bucket(jobBucket, Math.max(leastKeptMs, config.keepDays * dayMs)),
    bucket(keyBucket, config.rememberDays * dayMs),
  ];
}

function consumerOf(name: string, { ackSeconds, length }: StorageConfig): Partial<ConsumerConfig> {
  return {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackSeconds * 1000),
    // Counted in what is noted of a job: a delivery that was put back is none.
    max_deliver: -1,
    // What waits to be begun again counts as well.
    max_ack_pending: Math.max(1000, length),
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
    const failed = await added.then(() => undefined).catch((error: unknown) => error);
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
  const differing = differences(wanted, config);
  if (differing.length === 0) return;
  await manager.streams
    .update(name, wanted)
    .catch((error: unknown) =>
      told(`stream ${name} keeps its ${differing.join(', ')}: ${natsProblem(error)}`),
    );
}

async function prepareConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: Partial<ConsumerConfig>,
  told: (what: string) => void,
): Promise<void> {
  const name = wanted.durable_name ?? '';
  const info = () => unlessMissing(manager.consumers.info(stream, name), JetStreamApiCodes.ConsumerNotFound);
  let found = await info();
  if (found === undefined) {
    const failed = await manager.consumers
      .add(stream, wanted)
      .then(() => undefined)
      .catch((error: unknown) => error);
    if (failed === undefined) return;
    found = await info();
    if (found === undefined) throw cannot(`create the consumer ${name} of the stream ${stream}`, failed);
  }
  const differing = differences(wanted, found.config);
  if (differing.length === 0) return;
  await manager.consumers
    .update(stream, name, wanted)
    .catch((error: unknown) =>
      told(`consumer ${name} keeps its ${differing.join(', ')}: ${natsProblem(error)}`),
    );
}

function differences(wanted: object, found: object): string[] {
  const there = found as Readonly<Record<string, unknown>>;
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(there[key] ?? false) !== JSON.stringify(value))
    .map(([key]) => key);
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
