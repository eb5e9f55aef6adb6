import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { fromPlainError, LobarError } from '../errors.ts';
import { decodeFailure } from './decode-failure.ts';
import type { DecodedSlice, DecodeResult, DecodeTask } from './decode-task.ts';

/** The decode workers of this process; every ingest shares them. */
export interface DecodePool {
  readonly threads: number;
  /**
   * Decodes one frame. The buffer behind the frame is moved to the worker.
   * Errors: those of decodeFrame and hounsfieldTable; `decode-failed` also for one that takes too long, or whose worker
   * dies or cannot start; `shutting-down` after `close`.
   */
  decodeSlice(task: DecodeTask): Promise<DecodedSlice>;
  /** Waits for what runs and for what waits, then ends the workers. */
  close(): Promise<void>;
}

export interface DecodePoolOptions {
  /** 0 is one a core. */
  readonly threads: number;
  /** How long one frame may take, its wait for a worker and that one's start included: a decoder may never end by itself. */
  readonly frameSeconds?: number;
  /** Another worker than the one that decodes, for tests. */
  readonly worker?: URL;
}

/**
 * `threads` decode workers; 0 is one a core. They start with the first frame that needs one: an archive that sends raw
 * samples never does (plain-slices.ts), and each takes about 15 MB.
 *
 * Slices come back by transfer instead of being written into the volume there: a worker's isolate keeps
 * every SharedArrayBuffer it was shown until it happens to collect garbage, and shared memory does not count
 * towards when that is. Measured: five volumes alive after five series.
 */
export function openDecodePool({ threads, frameSeconds = 60, worker }: DecodePoolOptions): DecodePool {
  const count = threads === 0 ? availableParallelism() : threads;
  let workers: Piscina<DecodeTask, DecodeResult> | undefined;
  let isClosing = false;
  /** What is asked and not yet answered, by what gives it up; its reason is the problem in words. */
  const pending = new Map<AbortController, Promise<DecodedSlice>>();

  const open = () => {
    const opened = new Piscina<DecodeTask, DecodeResult>({
      filename: (worker ?? new URL('./decode-worker.ts', import.meta.url)).href,
      name: 'decodeSlice',
      // Not fewer while there is nothing to do: Piscina would start none for what waits when one has been ended.
      minThreads: count,
      maxThreads: count,
    });
    let problem = 'its worker ended';
    // Of a worker without a frame, mostly while it starts. Without a listener it would end the process.
    opened.on('error', (error: unknown) => {
      problem = failureOf(error);
    });
    opened.on('workerDestroy', () =>
      setImmediate(() => {
        if (workers !== opened || opened.threads.length > 0) return;
        // None is left and Piscina starts no other: who waits would wait in vain. The next frame opens new ones.
        workers = undefined;
        for (const giveUp of pending.keys()) giveUp.abort(problem);
      }),
    );
    return opened;
  };

  const decode = async (task: DecodeTask, giveUp: AbortController): Promise<DecodedSlice> => {
    const { buffer } = task.frame;
    const transferList = buffer instanceof ArrayBuffer ? [buffer] : [];
    const { signal } = giveUp;
    // From before the workers start, which mostly takes a fifth of a second: one that never gets ready must not hold its
    // frame for ever either.
    const timer = setTimeout(
      () => giveUp.abort(`its decoder did not end within ${frameSeconds} s`),
      frameSeconds * 1000,
    );
    try {
      workers ??= open();
      const result = await workers.run(task, { transferList, signal });
      if ('error' in result) throw fromPlainError(result.error);
      return result;
    } catch (error) {
      // What it fails with while it lives, a worker says itself.
      if (error instanceof LobarError) throw error;
      // Where the frame was given up in its worker, that was ended with it, and another one takes the place.
      const problem = signal.aborted ? String(signal.reason) : failureOf(error);
      throw decodeFailure(task.header, problem, error);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    threads: count,
    async decodeSlice(task) {
      if (isClosing) throw new LobarError('shutting-down', {});
      const giveUp = new AbortController();
      const slice = decode(task, giveUp);
      pending.set(giveUp, slice);
      return await slice.finally(() => pending.delete(giveUp));
    },
    async close() {
      isClosing = true;
      // Piscina by itself drops what waits for a thread that is only starting.
      await Promise.allSettled(pending.values());
      await workers?.close();
    },
  };
}

const failureOf = (error: unknown) =>
  `its worker failed: ${error instanceof Error ? error.message : String(error)}`;
