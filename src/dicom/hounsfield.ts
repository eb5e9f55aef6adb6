import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type PaddingParameters, paddingRange, paddingValue, storedValue } from './padding.ts';
import { mayBeLossy } from './transfer-syntaxes.ts';

/** HU of air, which stands where there is no image (PIPELINE.md 2). */
export const airHu = -1024;

/** What the table of one slice depends on; slices of a series mostly share it. */
export type HounsfieldParameters = PaddingParameters &
  Pick<InstanceHeader, 'sopInstanceUid' | 'transferSyntaxUid'>;

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

function paddingTest(parameters: HounsfieldParameters): (value: number) => boolean {
  const padding = paddingRange(parameters);
  return (value) => padding !== undefined && value >= padding.low && value <= padding.high;
}

/**
 * Padding far below air is told from the image by what a value is nearer to. Padding in the range of the image
 * is compared by its value alone: there the loss cannot be told from the image, and is as small as its own.
 */
function isMovedPadding(parameters: HounsfieldParameters): (hu: number) => boolean {
  const { transferSyntaxUid = '', rescaleSlope = 1, rescaleIntercept = 0 } = parameters;
  const padding = paddingValue(parameters);
  if (padding === undefined || !mayBeLossy(transferSyntaxUid)) return () => false;
  const paddingHu = padding * rescaleSlope + rescaleIntercept;
  return (hu) => paddingHu < airHu && hu < (paddingHu + airHu) / 2;
}
