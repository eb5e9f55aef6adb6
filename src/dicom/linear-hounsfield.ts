import { openKernels } from '../volume/simd/open-kernels.ts';
import { airHu, type HounsfieldParameters } from './hounsfield.ts';
import { paddingRange } from './padding.ts';

/** Writes the HU of 16-bit words into a slice of as many voxels. */
export type WriteHu = (words: Uint16Array, slice: Int16Array) => void;

/** As many words at a time as the nearest caches hold; a multiple of the eight that are one vector. */
const atOnce = 8192;

const { kernels, arrays } = openKernels({ words: [Uint16Array, atOnce] });
const made = new Int16Array(arrays.words.buffer, arrays.words.byteOffset, atOnce);

/**
 * What the table of `hounsfieldTable` says, worked out for eight words at a time. Undefined where that is another answer
 * for any of the 65,536 words there are: for example a slope other than 1, 16 bits without a sign, padding that lossy
 * compression has moved.
 */
export function linearHounsfield(parameters: HounsfieldParameters, table: Int16Array): WriteHu | undefined {
  const { bitsStored, pixelRepresentation, rescaleIntercept = 0 } = parameters;
  const { low, high } = paddingRange(parameters) ?? { low: 1, high: 0 };
  const isSigned = pixelRepresentation === 1;
  const unused = 16 - bitsStored;
  const writeHu: WriteHu = (words, slice) => {
    for (let at = 0; at < words.length; at += atOnce) {
      const part = words.subarray(at, at + atOnce);
      arrays.words.set(part);
      kernels.linearHu(
        arrays.words.byteOffset,
        Math.ceil(part.length / 8) * 8,
        unused,
        isSigned,
        rescaleIntercept,
        low,
        high,
        airHu,
      );
      slice.set(part.length === atOnce ? made : made.subarray(0, part.length), at);
    }
  };
  const found = new Int16Array(table.length);
  writeHu(
    Uint16Array.from(table, (_, word) => word),
    found,
  );
  return found.every((hu, word) => hu === table[word]) ? writeHu : undefined;
}
