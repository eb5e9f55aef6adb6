import { abortReason } from '../abort-reason.ts';
import type { LimitsConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import { takingTurns } from '../event-loop-turns.ts';
import type { CtVolume } from '../volume/types.ts';
import { BoundedTasks } from './bounded-tasks.ts';
import type { DecodePool } from './decode-pool.ts';
import { duplicateSlices } from './eligibility.ts';
import { letGo, movable } from './frame-memory.ts';
import type { InstanceHeader } from './instance-header.ts';
import { interruptible } from './interruptible.ts';
import { plainSlices } from './plain-slices.ts';
import { SeriesCollector } from './series-collector.ts';
import type { StudyContext } from './study-context.ts';

export interface IngestOptions {
  readonly pool: DecodePool;
  readonly limits: LimitsConfig;
  /** How many slices are announced; spares growing the volume. */
  readonly expectedSlices?: number;
  /**
   * Where a slice is expected to lie among those that are announced, from 0 at the feet: it is put there at once. A
   * wrong answer costs copies at the end, nothing else.
   */
  readonly expectedSlot?: (slice: InstanceHeader) => number | undefined;
  /**
   * Which slices the volume is made of; all where it is left out. The others are received and counted, but
   * neither decoded nor stacked, and their geometry does not matter.
   */
  readonly wanted?: (slice: InstanceHeader) => boolean;
  /**
   * Stack the slices also where they lie unevenly or tilted, as long as they make one volume at all; the
   * warnings then say that positions are approximate.
   */
  readonly force?: boolean;
  readonly signal: AbortSignal;
  /** Called when a slice is decoded, with the number of decoded ones and the bytes received so far. */
  readonly onSlice?: (done: number, bytes: number) => void;
}

export interface IngestedSeries {
  /** Backed by a SharedArrayBuffer. */
  readonly volume: CtVolume;
  /** One a slice of the volume, from feet to head; all of one study, series and patient. */
  readonly headers: readonly InstanceHeader[];
  /** Of the slice that arrived first. */
  readonly context: StudyContext;
  /** Of the wanted slices as they arrived, also of those that are dropped because another lies at their position. */
  readonly received: readonly InstanceHeader[];
  /** Of all instances received, also of those that are no slice: not wanted, or another lies at their position. */
  readonly sopInstanceUids: ReadonlySet<string>;
  readonly warnings: readonly Notice[];
  /** Instances received, each as often as it came; whether that is all of the series only the caller knows. */
  readonly instances: number;
  /** Slices decoded, also those that are dropped because another lies at their position. */
  readonly slices: number;
  /** Bytes received. */
  readonly bytes: number;
  /** Wall time of decoding, summed over the slices as whoever decoded them measured it. */
  readonly decodeMs: number;
}

/** Instances that wait for or are in a worker, for each worker: one works, one is at hand. */
const inFlightPerThread = 2;
const expectedByDefault = 64;

/**
 * Turns the instances of one CT series, in any order, into a volume (PIPELINE.md 2) while they arrive. The
 * calling thread reads headers, makes HU of raw samples in the one piece of shared memory that is the volume, and
 * copies into it what workers decoded. So a series in memory costs its volume and a few instances. An instance's
 * ArrayBuffer may be moved away (detached) where the view covers all of it. The slice that decides the geometry is
 * the first wanted.
 *
 * Asks for the next instance only when a worker has room. However it ends, the iterator is closed and no
 * task is left running.
 *
 * Errors: those of readInstance, pixelFrames and decodeFrame, `limit-exceeded`, `geometry-inconsistent`, `no-images`,
 * `several-patients`, `identity-mismatch`, and the signal's reason, or `cancelled`.
 */
export async function ingestSeries(
  instances: AsyncIterable<Uint8Array>,
  options: IngestOptions,
): Promise<IngestedSeries> {
  const { pool, limits, force = false, signal, onSlice } = options;
  const { expectedSlices = expectedByDefault, expectedSlot, wanted = () => true } = options;
  const collector = new SeriesCollector({ limits, expectedSlices, expectedSlot, wanted });
  const tasks = new BoundedTasks(pool.threads * inFlightPerThread);
  const plain = plainSlices();
  const turn = takingTurns();
  const abort = whenAborted(signal);
  let decoded = 0;
  let decodeMs = 0;
  const ended = (ms: number) => {
    decoded += 1;
    decodeMs += ms;
    onSlice?.(decoded, collector.bytes);
  };
  try {
    for await (const bytes of interruptible(instances, Promise.race([abort.promise, tasks.failure]))) {
      for (const { slot, task, instance } of await collector.accept(bytes)) {
        // One instance may be all of the series.
        abort.throwIfAborted();
        if (plain.takes(task)) {
          const started = performance.now();
          plain.write(task, collector.slice(slot));
          letGo(task.frame, instance);
          ended(performance.now() - started);
          await turn();
          continue;
        }
        const moved = { ...task, frame: movable(task.frame, instance) };
        await tasks.start(async () => {
          const { slice, ms } = await pool.decodeSlice(moved);
          collector.place(slot, slice);
          ended(ms);
        });
      }
    }
    await tasks.finish();
    const { stack, warnings } = collector.stack({ force });
    const duplicates = stack.duplicates.length;
    const volume = await collector.volume(stack);
    abort.throwIfAborted();
    return {
      volume,
      headers: collector.headersOf(stack),
      context: collector.context,
      received: collector.received,
      sopInstanceUids: collector.sopInstanceUids,
      warnings: duplicates === 0 ? warnings : [...warnings, duplicateSlices(duplicates)],
      instances: collector.instances,
      slices: decoded,
      bytes: collector.bytes,
      decodeMs,
    };
  } finally {
    abort.dispose();
    await tasks.settle();
  }
}

/** A promise that rejects when the signal fires, with a LobarError whatever the reason was. */
function whenAborted(signal: AbortSignal) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const onAbort = () => reject(abortReason(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    throwIfAborted() {
      if (signal.aborted) throw abortReason(signal);
    },
    dispose: () => signal.removeEventListener('abort', onAbort),
  };
}
