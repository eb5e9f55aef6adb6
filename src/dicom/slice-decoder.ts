import { type Codecs, decodeFrame } from './decode-frame.ts';
import type { DecodeTask } from './decode-task.ts';
import { type HounsfieldParameters, hounsfieldTable, sameHounsfield } from './hounsfield.ts';
import { writeTurned } from './orientation.ts';

/**
 * Makes the step from bytes to a slice of the volume: decode, HU, turn. The HU table is kept while slices
 * share their parameters, which in a series they nearly always do. Codecs that trapped are opened anew.
 */
export function sliceDecoder(openCodecs: () => Codecs): (task: DecodeTask) => Promise<Int16Array> {
  let codecs = openCodecs();
  let last: { readonly parameters: HounsfieldParameters; readonly table: Int16Array } | undefined;

  return async ({ frame, header, layout }) => {
    const words = await decodeFrame(frame, header, codecs).catch((error: unknown) => {
      if (error instanceof Error && isTrap(error.cause)) codecs = openCodecs();
      throw error;
    });
    if (last === undefined || !sameHounsfield(last.parameters, header)) {
      last = { parameters: header, table: hounsfieldTable(header) };
    }
    const slice = new Int16Array(header.rows * header.columns);
    writeTurned(words, last.table, header, layout, slice);
    return slice;
  };
}

/** A WebAssembly.RuntimeError: the module's memory is in no known state after it. */
function isTrap(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'RuntimeError';
}
