import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { fromPlainError } from '../errors.ts';
import { decodeFailure } from './decode-failure.ts';
import type { DecodedSlice, DecodeResult, DecodeTask } from './decode-task.ts';

/** The decode workers of this process; every ingest shares them. */
export interface DecodePool {
  readonly threads: number;
  /**
   * Decodes one frame. The buffer behind the frame is moved to the worker.
   * Errors: those of decodeFrame and hounsfieldTable, `decode-failed` also for one that takes too long.
   */
  decodeSlice(task: DecodeTask): Promise<DecodedSlice>;
  /** Waits for what runs, then ends the workers. */
  close(): Promise<void>;
}

export interface DecodePoolOptions {
  /** 0 is one a core. */
  readonly threads: number;
  /** How long one frame may take, its wait for a worker included: a decoder may never end by itself. */
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
  const open = () =>
    new Piscina<DecodeTask, DecodeResult>({
      filename: (worker ?? new URL('./decode-worker.ts', import.meta.url)).href,
      name: 'decodeSlice',
      // Not fewer while there is nothing to do: Piscina would start none for what waits when one has been ended.
      minThreads: count,
      maxThreads: count,
    });
  let workers: ReturnType<typeof open> | undefined;
  return {
    threads: count,
    async decodeSlice(task) {
      const { buffer } = task.frame;
      const transferList = buffer instanceof ArrayBuffer ? [buffer] : [];
      const tooLong = new AbortController();
      const timer = setTimeout(() => tooLong.abort(), frameSeconds * 1000);
      try {
        workers ??= open();
        const result = await workers.run(task, { transferList, signal: tooLong.signal });
        if ('error' in result) throw fromPlainError(result.error);
        return result;
      } catch (error) {
        // Its worker was ended with it, and another one takes the place.
        if (!tooLong.signal.aborted) throw error;
        throw decodeFailure(task.header, `its decoder did not end within ${frameSeconds} s`, error);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await workers?.close();
    },
  };
}
