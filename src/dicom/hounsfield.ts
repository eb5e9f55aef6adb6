import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { mayBeLossy } from './transfer-syntaxes.ts';

/** HU of air, which stands where there is no image (PIPELINE.md 2). */
const airHu = -1024;

/** What the table of one slice depends on; slices of a series mostly share it. */
export type HounsfieldParameters = Pick<
  InstanceHeader,
  | 'sopInstanceUid'
  | 'transferSyntaxUid'
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
 * rounded and clamped to Int16; padding (PS3.3 C.7.5.1.1.2) becomes air. [ours] Where compression may have
 * moved padding off its value, and that lies below air, what is nearer to it than to air is padding too.
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
  const moved = isMovedPadding(parameters);
  const table = new Int16Array(65_536);
  for (let word = 0; word < table.length; word += 1) {
    const stored = storedValue(word, bitsStored, pixelRepresentation);
    // Some scanners pad outside BitsStored, where masking would hide it: the whole word counts too.
    const whole = storedValue(word, 16, pixelRepresentation);
    const hu = Math.round(stored * rescaleSlope + rescaleIntercept);
    const isAir = isPadding(stored) || isPadding(whole) || moved(hu);
    table[word] = isAir ? airHu : Math.min(32_767, Math.max(-32_768, hu));
  }
  return table;
}

/** Whether a table made for `a` serves `b`. */
export function sameHounsfield(a: HounsfieldParameters, b: HounsfieldParameters): boolean {
  return (
    a.transferSyntaxUid === b.transferSyntaxUid &&
    a.bitsStored === b.bitsStored &&
    a.pixelRepresentation === b.pixelRepresentation &&
    a.rescaleSlope === b.rescaleSlope &&
    a.rescaleIntercept === b.rescaleIntercept &&
    a.pixelPaddingValue === b.pixelPaddingValue &&
    a.pixelPaddingRangeLimit === b.pixelPaddingRangeLimit
  );
}

/** Both ends belong to the range (PS3.3 C.7.5.1.1.2). */
function paddingTest({
  pixelPaddingValue,
  pixelPaddingRangeLimit,
  pixelRepresentation,
}: HounsfieldParameters) {
  if (pixelPaddingValue === undefined) return () => false;
  // Some writers give the two attributes the other sign: -2000 as 63536, or the other way round.
  const ends = [pixelPaddingValue, pixelPaddingRangeLimit ?? pixelPaddingValue].map((value) =>
    storedValue(value, 16, pixelRepresentation),
  );
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return (value: number) => value >= low && value <= high;
}

/**
 * Padding far below air is told from the image by what a value is nearer to. Padding in the range of the image
 * is compared by its value alone: there the loss cannot be told from the image, and is as small as its own.
 */
function isMovedPadding(parameters: HounsfieldParameters): (hu: number) => boolean {
  const { transferSyntaxUid = '', pixelPaddingValue, rescaleSlope = 1, rescaleIntercept = 0 } = parameters;
  if (pixelPaddingValue === undefined || !mayBeLossy(transferSyntaxUid)) return () => false;
  const padding = storedValue(pixelPaddingValue, 16, parameters.pixelRepresentation);
  const paddingHu = padding * rescaleSlope + rescaleIntercept;
  return (hu) => paddingHu < airHu && hu < (paddingHu + airHu) / 2;
}
