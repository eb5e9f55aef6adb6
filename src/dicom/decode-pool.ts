import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { fromPlainError } from '../errors.ts';
import type { DecodeResult, DecodeTask } from './decode-task.ts';

/** The decode workers of this process; every ingest shares them. */
export interface DecodePool {
  readonly threads: number;
  /**
   * Decodes one instance to HU, [y, x]. The bytes are moved to the worker where they own their buffer.
   * Errors: those of decodeFrame and hounsfieldTable.
   */
  decodeSlice(task: DecodeTask): Promise<Int16Array>;
  /** Waits for what runs, then ends the workers. */
  close(): Promise<void>;
}

/**
 * Opens `threads` decode workers; 0 is one a core.
 *
 * Slices come back by transfer instead of being written into the volume there: a worker's isolate keeps
 * every SharedArrayBuffer it was shown until it happens to collect garbage, and shared memory does not count
 * towards when that is. Measured: five volumes alive after five series.
 */
export function openDecodePool({ threads }: { readonly threads: number }): DecodePool {
  const count = threads === 0 ? availableParallelism() : threads;
  const workers = new Piscina<DecodeTask, DecodeResult>({
    filename: new URL('./decode-worker.ts', import.meta.url).href,
    name: 'decodeSlice',
    minThreads: count,
    maxThreads: count,
  });
  return {
    threads: count,
    async decodeSlice(task) {
      const bytes = movable(task.bytes);
      const transferList = bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
      const result = await workers.run({ ...task, bytes }, { transferList });
      if ('error' in result) throw fromPlainError(result.error);
      return result;
    },
    close: () => workers.close(),
  };
}

/** A view of a larger buffer is copied: to send it would send, or detach, all of the buffer. */
function movable(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? bytes : new Uint8Array(bytes);
}
