import { LobarError } from '../errors.ts';
import { type Codecs, decodeFrame } from './decode-frame.ts';
import type { DecodeTask } from './decode-task.ts';
import { type HounsfieldParameters, hounsfieldTable, sameHounsfield } from './hounsfield.ts';
import { isTurned, writeTurned } from './orientation.ts';

/**
 * Makes the step from bytes to a slice of the volume: decode, HU, turn. The HU table is kept while slices
 * share their parameters, which in a series they nearly always do. Codecs that gave up are opened anew.
 * Native samples that need no turning become HU where they lie: the slice is then a view of the frame's memory.
 */
export function sliceDecoder(openCodecs: () => Codecs): (task: DecodeTask) => Promise<Int16Array> {
  let codecs = openCodecs();
  let last: { readonly parameters: HounsfieldParameters; readonly table: Int16Array } | undefined;

  return async ({ frame, header, layout }) => {
    const words = await decodeFrame(frame, header, codecs).catch((error: unknown) => {
      if (leavesCodecUnfit(error)) codecs = openCodecs();
      throw error;
    });
    if (last === undefined || !sameHounsfield(last.parameters, header)) {
      last = { parameters: header, table: hounsfieldTable(header) };
    }
    if (!isTurned(layout)) return writeOver(words, last.table);
    const slice = new Int16Array(header.rows * header.columns);
    writeTurned(words, last.table, header, layout, slice);
    return slice;
  };
}

/** No second array: the fresh memory of a slice costs as much as the table does. */
function writeOver(words: Uint16Array, table: Int16Array): Int16Array {
  const slice = new Int16Array(words.buffer, words.byteOffset, words.length);
  for (let at = 0; at < words.length; at += 1) slice[at] = table[words[at] as number] as number;
  return slice;
}

/**
 * A trap or an exception of a WebAssembly module: its memory is in no known state after it, and what it had
 * allocated is lost in it.
 */
function leavesCodecUnfit(error: unknown): boolean {
  return error instanceof LobarError && error.code === 'decode-failed' && error.cause !== undefined;
}
