import type { InstanceHeader } from './instance-header.ts';

/** What says which stored values are padding. */
export type PaddingParameters = Pick<
  InstanceHeader,
  | 'bitsStored'
  | 'pixelRepresentation'
  | 'rescaleSlope'
  | 'rescaleIntercept'
  | 'pixelPaddingValue'
  | 'pixelPaddingRangeLimit'
>;

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The stored value in a word: BitsStored bits, two's complement if signed (PS3.5 8.1.1). */
export function storedValue(word: number, bitsStored: number, pixelRepresentation: 0 | 1): number {
  const unused = 32 - bitsStored;
  return pixelRepresentation === 1 ? (word << unused) >> unused : (word << unused) >>> unused;
}

/** Stored values that are padding; both ends belong to it (PS3.3 C.7.5.1.1.2). Undefined where there is none. */
export function paddingRange(parameters: PaddingParameters): Range | undefined {
  const { pixelPaddingValue, pixelPaddingRangeLimit = pixelPaddingValue } = parameters;
  if (pixelPaddingValue === undefined || pixelPaddingRangeLimit === undefined) return undefined;
  const ends = [pixelPaddingValue, pixelPaddingRangeLimit].map((value) => inOwnSign(value, parameters));
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** PixelPaddingValue as a stored value of the image. */
export function paddingValue(parameters: PaddingParameters): number | undefined {
  const { pixelPaddingValue } = parameters;
  return pixelPaddingValue === undefined ? undefined : inOwnSign(pixelPaddingValue, parameters);
}

/**
 * Some writers give the two attributes the other sign: -2000 as 63536, or the other way round; or -2048 as the
 * 2048 that its twelve BitsStored are without a sign.
 */
function inOwnSign(value: number, { bitsStored, pixelRepresentation }: PaddingParameters): number {
  const isOfBitsStored = value >= 0 && value < 2 ** bitsStored;
  return storedValue(value, isOfBitsStored ? bitsStored : 16, pixelRepresentation);
}

/**
 * HU of the padding that a stored value of the image can have as well; undefined where there is none, also where
 * it stands outside BitsStored.
 */
export function paddingInImageHu(parameters: PaddingParameters): Range | undefined {
  const { bitsStored, pixelRepresentation, rescaleSlope = 0, rescaleIntercept = 0 } = parameters;
  const padding = paddingRange(parameters);
  if (padding === undefined || rescaleSlope === 0 || bitsStored === 0) return undefined;
  const least = pixelRepresentation === 1 ? -(2 ** (bitsStored - 1)) : 0;
  const low = Math.max(padding.low, least);
  const high = Math.min(padding.high, least + 2 ** bitsStored - 1);
  if (low > high) return undefined;
  const ends = [low, high].map((stored) => stored * rescaleSlope + rescaleIntercept);
  return { low: Math.min(...ends), high: Math.max(...ends) };
}
