/** Entry of a decode worker (piscina): the only place where pixels are touched before the pipeline. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { toPlainError } from '../errors.ts';
import { lazyCodecs } from './decode-frame.ts';
import type { DecodedSlice, DecodeResult, DecodeTask } from './decode-task.ts';
import { sliceDecoder } from './slice-decoder.ts';

const decode = sliceDecoder(lazyCodecs);

export async function decodeSlice(task: DecodeTask): Promise<DecodeResult> {
  const started = performance.now();
  try {
    const slice = await decode(task);
    if (slice.buffer !== task.frame.buffer) release(task.frame);
    return moved({ slice, ms: performance.now() - started });
  } catch (error) {
    release(task.frame);
    return { error: toPlainError(error) };
  }
}

/** Its memory is moved, not cloned; piscina unwraps it on the way. */
function moved(decoded: DecodedSlice): DecodedSlice {
  return move({
    [transferableSymbol]: decoded.slice.buffer,
    [valueSymbol]: decoded,
  }) as unknown as DecodedSlice;
}

/** Gives memory back at once: left to the collector, a series of instances would pile up. */
function release({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
