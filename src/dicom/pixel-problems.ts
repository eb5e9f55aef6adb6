import type { Notice } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { paddingInImageHu } from './padding.ts';
import { round } from './slice-stack.ts';
import { unsupportedPixels } from './supported-pixels.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

/**
 * Rescale types of HU (PS3.3 C.11.1.1.2, in any case of letters; none means HU, C.8.2.1.1.2). [ours] US, unspecified,
 * counts as none, and the whole word as its initials. A list of what is refused would let new maps pass.
 */
const hounsfieldTypes = ['', 'HU', 'US', 'HOUNSFIELD', 'HOUNSFIELD UNITS'];

/** [ours] Padding above it may be lung or tissue: -900 HU is the lower end of lung. */
const paddingInImageFromHu = -900;
/**
 * [ours] Wide enough for every scanner: 16 bits and a slope of 100 are millions of HU. A slope below 0 would turn
 * air into bone.
 */
const maxSlope = 100;
const maxIntercept = 100_000;
/** [ours] Slices of one reconstruction have about one scale. */
const maxSlopeRatio = 2;
/** [ours] A range of padding that reaches so far into the image and is so wide takes tissue away. */
const maxPaddingInImageHu = 100;

/**
 * What the headers say against the pixels, before any is fetched, so that another series can be chosen. What a
 * listing leaves out is not held against it: it is judged when the pixels arrive.
 *
 * [ours] Codes `no-rescale`, `implausible-rescale`, `not-hounsfield`: every threshold of PIPELINE.md is in HU, and dual-energy maps
 * look like CT and hold something else.
 */
export function pixelProblems(headers: readonly InstanceHeader[]): readonly Notice[] {
  const problems: Notice[] = [];
  const add = (code: string, text: string) => problems.push({ code, text });
  const syntax = headers.map(({ transferSyntaxUid }) => transferSyntaxUid).find(isUnread);
  if (syntax !== undefined) {
    const name = transferSyntax(syntax)?.name ?? 'private or unknown';
    add('transfer-syntax-unsupported', `Transfer syntax ${syntax} (${name}) is not read.`);
  }
  const pixels = headers.map(statedPixels).find((problem) => problem !== undefined);
  if (pixels !== undefined) add('pixel-data-unsupported', `The pixels are not read: ${pixels}.`);
  if (headers.some(({ rescaleType = '' }) => !hounsfieldTypes.includes(rescaleType.trim().toUpperCase()))) {
    add('not-hounsfield', 'The pixel values are not Hounsfield units.');
  } else if (headers.some((h) => h.rescaleSlope === undefined || h.rescaleIntercept === undefined)) {
    add(
      'no-rescale',
      'The images have no rescale slope and intercept, so their Hounsfield units are unknown.',
    );
  } else if (!headers.every(isPlausible)) {
    const bounds = `a slope above 0 and at most ${maxSlope}, and an intercept within ${maxIntercept} of 0`;
    add('implausible-rescale', `An image has no plausible rescale for Hounsfield units: ${bounds}.`);
  }
  if (headers.some((header) => widthInImageHu(header) > maxPaddingInImageHu)) {
    add('pixel-data-unsupported', 'The padding range of the images takes in values of tissue.');
  }
  return problems;
}

/**
 * [ours] `mixed-rescale`, and `padding-in-image`: PIPELINE.md 2 makes padding air wherever it is. Where it is a value that lung or
 * tissue has too, those voxels become air with it, which must be told.
 */
export function pixelWarnings(headers: readonly InstanceHeader[]): readonly Notice[] {
  return [...paddingWarnings(headers), ...rescaleWarnings(headers)];
}

function paddingWarnings(headers: readonly InstanceHeader[]): readonly Notice[] {
  const hu = headers
    .map(paddingInImageHu)
    .find((range) => range !== undefined && range.high > paddingInImageFromHu);
  if (hu === undefined) return [];
  const values = hu.low === hu.high ? `${round(hu.high)}` : `${round(hu.low)} to ${round(hu.high)}`;
  const text = `The padding of the images is ${values} HU; every voxel of that value became air.`;
  return [{ code: 'padding-in-image', text }];
}

/** Legal, as each slice has a rescale of its own, but rare in CT: more often slices of two sources were mixed. */
function rescaleWarnings(headers: readonly InstanceHeader[]): readonly Notice[] {
  const slopes = headers.flatMap(({ rescaleSlope }) => rescaleSlope ?? []).filter((slope) => slope > 0);
  const [least, most] = slopes.reduce(
    ([low, high], slope) => [Math.min(low, slope), Math.max(high, slope)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const isSigned = new Set(headers.map(({ pixelRepresentation }) => pixelRepresentation)).size > 1;
  if (most <= least * maxSlopeRatio && !isSigned) return [];
  const what = isSigned ? 'PixelRepresentation' : 'rescale slopes';
  const text = `The slices differ in their ${what}; each was read by its own.`;
  return [{ code: 'mixed-rescale', text }];
}

function isPlausible({ rescaleSlope = 0, rescaleIntercept = 0 }: InstanceHeader): boolean {
  // Not the other way round: NaN and infinity must fail.
  return rescaleSlope > 0 && rescaleSlope <= maxSlope && Math.abs(rescaleIntercept) <= maxIntercept;
}

function widthInImageHu(header: InstanceHeader): number {
  const hu = paddingInImageHu(header);
  return hu === undefined || hu.high <= paddingInImageFromHu ? 0 : hu.high - hu.low;
}

function isUnread(uid: string | undefined): uid is string {
  return uid !== undefined && transferSyntax(uid)?.coding === undefined;
}

/** What is wrong with what the header does say; counts that are absent are 0. */
function statedPixels(header: InstanceHeader): string | undefined {
  const bitsAllocated = header.bitsAllocated || 16;
  const bitsStored = header.bitsStored || bitsAllocated;
  return unsupportedPixels({
    ...header,
    samplesPerPixel: header.samplesPerPixel || 1,
    photometricInterpretation: header.photometricInterpretation || 'MONOCHROME2',
    bitsAllocated,
    bitsStored,
    highBit: header.highBit || bitsStored - 1,
  });
}
