import { openKernels } from '../volume/simd/open-kernels.ts';
import { airHu, type HounsfieldParameters } from './hounsfield.ts';
import { paddingRange } from './padding.ts';

/** Writes the HU of 16-bit words, as many as there are pixels. */
export type WriteHu = (words: Uint16Array, slice: Int16Array) => void;

/**
 * What the table of `hounsfieldTable` says, worked out for eight words at a time. Undefined where that is another answer
 * for any of the 65,536 words there are: for example a slope other than 1, 16 bits without a sign, padding that lossy
 * compression has moved.
 */
export function linearHounsfield(
  parameters: HounsfieldParameters,
  table: Int16Array,
  pixels: number,
): WriteHu | undefined {
  const { bitsStored, pixelRepresentation, rescaleIntercept = 0 } = parameters;
  const { low, high } = paddingRange(parameters) ?? { low: 1, high: 0 };
  const { kernels, arrays } = openKernels({ words: [Uint16Array, roundUp(Math.max(pixels, table.length))] });
  const { words } = arrays;
  const hu = new Int16Array(words.buffer, words.byteOffset, words.length);
  const work = (count: number) => {
    const isSigned = pixelRepresentation === 1;
    const unused = 16 - bitsStored;
    kernels.linearHu(words.byteOffset, roundUp(count), unused, isSigned, rescaleIntercept, low, high, airHu);
  };
  for (let word = 0; word < table.length; word += 1) words[word] = word;
  work(table.length);
  for (let word = 0; word < table.length; word += 1) if (hu[word] !== table[word]) return undefined;
  const made = hu.subarray(0, pixels);
  return (raw, slice) => {
    if (raw.length !== pixels) throw new RangeError(`${raw.length} words instead of ${pixels}`);
    words.set(raw);
    work(pixels);
    slice.set(made);
  };
}

/** To whole vectors of eight. */
function roundUp(count: number): number {
  return Math.ceil(count / 8) * 8;
}
