import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { fromPlainError, LobarError, type Notice } from '../errors.ts';
import type { Lanes } from './lane-networks.ts';
import { type LaneSettings, laneNotices, planLanes } from './lane-plan.ts';
import type { FromLane, LaneLoad, LaneStart, ToLane } from './lane-protocol.ts';
import type { PipelinePackages } from './pipeline-parameters.ts';
import { refuseTelemetry } from './refuse-telemetry.ts';
import type { ExecutionProvider } from './session-options.ts';

/** The lanes, all on one provider. */
export interface StartedLanes {
  readonly provider: ExecutionProvider;
  /** What was noticed on the way, once all are warm. @throws LobarError as {@link startLanes}. */
  readonly ready: Promise<readonly Notice[]>;
  /** Settles with the reason when one of them died; never where they were closed. */
  readonly failed: Promise<LobarError>;
  /** A way of its own for one more pipeline. */
  connect(): Lanes;
  /** Ends them; when nothing more is asked of them. */
  close(): Promise<void>;
}

/**
 * Starts one lane, and the others when that one knows which provider it runs on: each provider is tried once, by
 * one thread, and its failing is told once.
 *
 * @throws LobarError `provider-unavailable`, `model-load-failed`, `model-manifest-invalid`, `inference-failed`.
 */
export async function startLanes(
  packages: PipelinePackages,
  { provider: wanted, threads, variants, lanes: count }: LaneSettings,
): Promise<StartedLanes> {
  refuseTelemetry();
  const settings = { provider: wanted, threads, variants };
  const plans = await planLanes(packages, { ...settings, lanes: count });
  const most = Math.max(...Object.values(plans).map((plan) => plan.length));
  const load: LaneLoad = new Int32Array(new SharedArrayBuffer(most * Int32Array.BYTES_PER_ELEMENT));
  const first = startLane({ packages, settings, plans, load, lane: 0 });
  const provider = await first.provider;
  const plan = plans[provider] ?? [];
  const others = Array.from({ length: plan.length - 1 }, (_, i) =>
    startLane({ packages, settings: { ...settings, provider }, plans, load, lane: i + 1 }),
  );
  const lanes = [first, ...others];
  const close = async () => {
    await Promise.all(lanes.map((lane) => lane.close()));
  };
  const ready = Promise.all(lanes.map((lane) => lane.ready)).then(
    ([notices = []]) => [
      ...notices,
      ...(provider === 'cpu' ? laneNotices(plan, availableParallelism()) : []),
    ],
    async (error: unknown) => {
      // One that refuses ends by itself; the others once they are open: a process that ended in the middle of a
      // native call would abort.
      await close();
      throw error;
    },
  );
  // Whoever gave up before it is awaited has another reason to tell.
  ready.catch(() => {});
  return {
    provider,
    ready,
    failed: Promise.race(lanes.map((lane) => lane.failed)),
    connect: () => ({ ports: lanes.map((lane) => lane.connect()), plan, load }),
    close,
  };
}

function startLane(start: LaneStart) {
  const worker = new Worker(new URL('./lane-worker.ts', import.meta.url), {
    name: `lane ${start.lane}`,
    workerData: start,
  });
  const provider = Promise.withResolvers<ExecutionProvider>();
  const ready = Promise.withResolvers<readonly Notice[]>();
  const failed = Promise.withResolvers<LobarError>();
  const exited = Promise.withResolvers<void>();
  let isClosing = false;
  const fail = (error: LobarError) => {
    provider.reject(error);
    ready.reject(error);
    failed.resolve(error);
  };
  // Whoever does not wait for one of them hears of it by another.
  for (const { promise } of [provider, ready]) promise.catch(() => {});
  worker.on('message', (message: FromLane) => {
    if (message.kind === 'provider') provider.resolve(message.provider);
    else if (message.kind === 'ready') ready.resolve(message.notices);
    else fail(fromPlainError(message.error));
  });
  // The log gets class and frames of it only: its message may hold anything.
  worker.on('error', (cause) => fail(failure('it threw an error that nobody caught', cause)));
  worker.on('messageerror', () => fail(failure('it sent a message that cannot be read')));
  worker.on('exit', (code) => {
    if (!isClosing) fail(failure(`it ended by itself with exit code ${code}`));
    exited.resolve();
  });
  const send = (message: ToLane, transfer: readonly MessagePort[] = []) =>
    worker.postMessage(message, transfer);
  return {
    provider: provider.promise,
    ready: ready.promise,
    failed: failed.promise,
    connect() {
      const { port1, port2 } = new MessageChannel();
      send({ kind: 'serve', port: port1 }, [port1]);
      return port2;
    },
    async close() {
      isClosing = true;
      send({ kind: 'close' });
      await Promise.race([exited.promise, failed.promise]);
    },
  };
}

function failure(problem: string, cause?: unknown): LobarError {
  return new LobarError('inference-failed', { problem }, cause === undefined ? {} : { cause });
}
