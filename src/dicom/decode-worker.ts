/** Entry of a decode worker (piscina): the only place where pixels are touched before the pipeline. */
import { move } from 'piscina';
import { toPlainError } from '../errors.ts';
import { lazyCodecs } from './decode-frame.ts';
import type { DecodeResult, DecodeTask } from './decode-task.ts';
import { sliceDecoder } from './slice-decoder.ts';

const decode = sliceDecoder(lazyCodecs);

export async function decodeSlice(task: DecodeTask): Promise<DecodeResult> {
  try {
    const slice = await decode(task);
    if (slice.buffer !== task.frame.buffer) release(task.frame);
    // Moved, not cloned; piscina unwraps it on the way.
    return move(slice) as Int16Array;
  } catch (error) {
    release(task.frame);
    return { error: toPlainError(error) };
  }
}

/** Gives memory back at once: left to the collector, a series of instances would pile up. */
function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
