import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';

/** HU of air, which stands where there is no image (PIPELINE.md 2). */
const airHu = -1024;

/** What the table of one slice depends on; slices of a series mostly share it. */
export type HounsfieldParameters = Pick<
  InstanceHeader,
  | 'sopInstanceUid'
  | 'bitsStored'
  | 'pixelRepresentation'
  | 'rescaleSlope'
  | 'rescaleIntercept'
  | 'pixelPaddingValue'
  | 'pixelPaddingRangeLimit'
>;

/** The stored value in a word: BitsStored bits, two's complement if signed (PS3.5 8.1.1). */
export function storedValue(word: number, bitsStored: number, pixelRepresentation: 0 | 1): number {
  const unused = 32 - bitsStored;
  return pixelRepresentation === 1 ? (word << unused) >> unused : (word << unused) >>> unused;
}

/**
 * HU of every possible 16-bit word, [65536]: stored x RescaleSlope + RescaleIntercept (PS3.3 C.11.1.1.2),
 * rounded and clamped to Int16; padding (PS3.3 C.7.5.1.1.2) becomes air.
 *
 * Errors: `dicom-invalid` without a rescale, which would make HU a guess.
 */
export function hounsfieldTable(parameters: HounsfieldParameters): Int16Array {
  const { bitsStored, pixelRepresentation, rescaleSlope, rescaleIntercept } = parameters;
  if (rescaleSlope === undefined || rescaleSlope === 0 || rescaleIntercept === undefined) {
    throw new LobarError(
      'dicom-invalid',
      { problem: 'it has no RescaleSlope and RescaleIntercept (0028,1053 and 1052), so HU are unknown' },
      { details: { sopInstanceUid: parameters.sopInstanceUid } },
    );
  }
  const isPadding = paddingTest(parameters);
  const table = new Int16Array(65_536);
  for (let word = 0; word < table.length; word += 1) {
    const stored = storedValue(word, bitsStored, pixelRepresentation);
    // Some scanners pad outside BitsStored, where masking would hide it: the whole word counts too.
    const whole = storedValue(word, 16, pixelRepresentation);
    const hu = Math.round(stored * rescaleSlope + rescaleIntercept);
    table[word] = isPadding(stored) || isPadding(whole) ? airHu : Math.min(32_767, Math.max(-32_768, hu));
  }
  return table;
}

/** Whether a table made for `a` serves `b`. */
export function sameHounsfield(a: HounsfieldParameters, b: HounsfieldParameters): boolean {
  return (
    a.bitsStored === b.bitsStored &&
    a.pixelRepresentation === b.pixelRepresentation &&
    a.rescaleSlope === b.rescaleSlope &&
    a.rescaleIntercept === b.rescaleIntercept &&
    a.pixelPaddingValue === b.pixelPaddingValue &&
    a.pixelPaddingRangeLimit === b.pixelPaddingRangeLimit
  );
}

function paddingTest({ pixelPaddingValue, pixelPaddingRangeLimit }: HounsfieldParameters) {
  if (pixelPaddingValue === undefined) return () => false;
  const limit = pixelPaddingRangeLimit ?? pixelPaddingValue;
  const low = Math.min(pixelPaddingValue, limit);
  const high = Math.max(pixelPaddingValue, limit);
  return (value: number) => value >= low && value <= high;
}
