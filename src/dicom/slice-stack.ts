import type { Notice } from '../errors.ts';
import type { Shape3, SpacingMm, Vec3 } from '../volume/types.ts';
import type { ImageOrientation, InstanceHeader } from './instance-header.ts';
import {
  type AxialLayout,
  axialLayout,
  type ImageGrid,
  isOrthonormal,
  obliquityDegrees,
  turnedGrid,
  turnedOrigin,
} from './orientation.ts';
import { keepOneEach } from './repeated-positions.ts';
import { add, angleDegrees, dot, length, scale, subtract } from './vectors.ts';

/** PIPELINE.md 1 and 2. */
const maxObliquityDegrees = 15;
/** [ours] Beyond it another axis is theirs: turning rows and columns cannot make x and y of them. */
const maxStackedObliquityDegrees = 45;
const maxTiltDegrees = 1;
const maxSpacingDeviation = 0.1;
/** Positions are decimal text; nearer than this they are the same one. */
export const samePositionMm = 0.01;
/** Directions of one series agree to the rounding of their decimal text. */
const sameDirection = 1e-4;
const sameSpacingMm = 1e-4;
/** [ours] Positions, and the part of all positions, at which the choice of an image may be left to chance. */
const maxUndecided = 4;
const maxUndecidedPart = 0.1;

/** Geometry that an image must have to be a slice of a volume. */
export interface SliceGeometry extends ImageGrid {
  readonly imagePositionPatient: Vec3;
  readonly imageOrientationPatient: ImageOrientation;
  /** Absent is one of its own: some images with and some without are not known to lie in one frame. */
  readonly frameOfReferenceUid?: string;
}

/** One series as a stack of slices. */
export interface SliceStack {
  /** Indices of the headers from feet to head, one a position. */
  readonly order: readonly number[];
  /** Indices of the headers at a position that another one has already. */
  readonly duplicates: readonly number[];
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** From the bottom of the lowest slice to the top of the highest, gaps and all. */
  readonly coverageMm: number;
  readonly originMm: Vec3;
  readonly direction: { readonly x: Vec3; readonly y: Vec3; readonly z: Vec3 };
}

/**
 * A stack, or why there is none. Problems beside a stack make the series ineligible; who uses the stack
 * anyway has a volume whose slices lie only about where it says.
 */
interface StackResult {
  readonly stack?: SliceStack;
  readonly problems: readonly Notice[];
}

/** The geometry of an image; undefined where the header has none or a broken one. */
export function sliceGeometry(header: InstanceHeader): SliceGeometry | undefined {
  const { rows, columns, imagePositionPatient, imageOrientationPatient, pixelSpacingMm } = header;
  const { frameOfReferenceUid } = header;
  const frame = frameOfReferenceUid === undefined ? {} : { frameOfReferenceUid };
  const complete =
    imagePositionPatient !== undefined &&
    imageOrientationPatient !== undefined &&
    pixelSpacingMm !== undefined &&
    isOrthonormal(imageOrientationPatient) &&
    rows > 0 &&
    columns > 0;
  return complete
    ? { rows, columns, imagePositionPatient, imageOrientationPatient, pixelSpacingMm, ...frame }
    : undefined;
}

/**
 * Whether two images can be slices of one volume. Two that are each `near` a third are so in any case: which
 * image the others are compared with decides nothing.
 */
export function sameGeometry(a: SliceGeometry, b: SliceGeometry, near?: 'near'): boolean {
  const times = near === undefined ? 2 : 1;
  const spacing = (u: number, v: number) => Math.abs(u - v) < sameSpacingMm * times;
  const direction = (u: Vec3, v: Vec3) => length(subtract(u, v)) < sameDirection * times;
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    a.frameOfReferenceUid === b.frameOfReferenceUid &&
    spacing(a.pixelSpacingMm.row, b.pixelSpacingMm.row) &&
    spacing(a.pixelSpacingMm.column, b.pixelSpacingMm.column) &&
    direction(a.imageOrientationPatient.row, b.imageOrientationPatient.row) &&
    direction(a.imageOrientationPatient.column, b.imageOrientationPatient.column)
  );
}

/**
 * Sorts the slices of a series by position (PIPELINE.md 2: never by InstanceNumber), drops duplicates, and
 * checks that they make one gapless upright volume (PIPELINE.md 1).
 *
 * [ours] The codes `no-geometry` (nothing to sort by), `mixed-geometry` (no common grid), `too-few-slices`
 * (one position) and `ambiguous-passes` (passes that nothing tells apart) name what PIPELINE.md takes for granted: without it there is no volume at all.
 */
export function stackSlices(headers: readonly InstanceHeader[]): StackResult {
  const geometries = headers.map(sliceGeometry);
  const [first] = geometries;
  const slices = geometries.filter((geometry) => geometry !== undefined);
  if (first === undefined || slices.length < geometries.length) {
    const text = 'At least one image has no usable position, orientation or pixel spacing.';
    return { problems: [{ code: 'no-geometry', text }] };
  }
  if (!slices.every((slice) => sameGeometry(slice, first))) {
    const text = 'The images differ in size, pixel spacing, orientation or frame of reference.';
    return { problems: [{ code: 'mixed-geometry', text }] };
  }
  const obliquity = obliquityDegrees(first.imageOrientationPatient);
  const oblique = obliquityProblems(obliquity);
  if (obliquity > maxStackedObliquityDegrees) return { problems: oblique };
  const layout = axialLayout(first.imageOrientationPatient);
  const { order, duplicates, undecided } = keepOneEach(headers, byPosition(slices, layout.direction.z));
  const positions = order.map((index) => (slices[index] as SliceGeometry).imagePositionPatient);
  const [bottom, top] = [positions[0] as Vec3, positions.at(-1) as Vec3];
  const last = positions.length - 1;
  const problems = [...oblique, ...passProblems(undecided, positions.length)];
  if (last < 1) {
    const text =
      headers.length === 1
        ? 'There is one image only, which makes no volume.'
        : 'The images lie at one position, which makes no volume.';
    return { problems: [...problems, { code: 'too-few-slices', text }] };
  }
  const step = scale(subtract(top, bottom), 1 / last);
  const { shape, spacingMm } = turnedGrid(first, layout);
  const distances = distancesAlong(layout.direction.z, positions);
  const uneven = [...shearProblems(positions, step, spacingMm, layout), ...spacingProblems(distances)];
  const stack: SliceStack = {
    order,
    duplicates,
    shape: [positions.length, ...shape],
    // The mean step, so that the ends of the volume lie where they are. A stack that is not even has no such
    // step: the distance of most of its neighbours keeps at least the volume of a voxel right.
    spacingMm: [uneven.length === 0 ? length(step) : median(distances), ...spacingMm],
    coverageMm: positions.length * length(step),
    originMm: turnedOrigin(bottom, first, layout),
    direction:
      uneven.length === 0 ? { ...layout.direction, z: scale(step, 1 / length(step)) } : layout.direction,
  };
  return { stack, problems: [...problems, ...uneven] };
}

function obliquityProblems(degrees: number): readonly Notice[] {
  if (degrees <= maxObliquityDegrees) return [];
  const text = `The slices are tilted ${round(degrees)} degrees from axial, more than ${maxObliquityDegrees}.`;
  return [{ code: 'not-axial', text }];
}

/** Distances between neighbours along the normal. */
function distancesAlong(normal: Vec3, positions: readonly Vec3[]): readonly number[] {
  const along = positions.map((position) => dot(position, normal));
  return along.slice(1).map((height, i) => height - (along[i] as number));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Indices of the headers from feet to head, those of one position together. */
function byPosition(slices: readonly SliceGeometry[], normal: Vec3): readonly (readonly number[])[] {
  const along = slices.map(({ imagePositionPatient }) => dot(imagePositionPatient, normal));
  const sorted = slices.map((_, index) => index).sort((a, b) => (along[a] as number) - (along[b] as number));
  const places: number[][] = [];
  for (const index of sorted) {
    const place = places.at(-1);
    const first = place?.[0];
    const isSame =
      first !== undefined && (along[index] as number) - (along[first] as number) < samePositionMm;
    if (isSame) place?.push(index);
    else places.push([index]);
  }
  return places;
}

/** [ours] A few images that were made again are dropped; more are two passes, of which a mixture is no volume. */
function passProblems(undecided: number, positions: number): readonly Notice[] {
  if (undecided <= Math.max(maxUndecided, positions * maxUndecidedPart)) return [];
  const text =
    `At ${undecided} of ${positions} positions lie several different images, and nothing tells which of ` +
    'them belong to one pass.';
  return [{ code: 'ambiguous-passes', text }];
}

/** Slices must lie above one another: a sheared stack is a tilted gantry, a jumping one is two series. */
function shearProblems(
  positions: readonly Vec3[],
  step: Vec3,
  pixelSpacingMm: readonly [y: number, x: number],
  layout: AxialLayout,
): readonly Notice[] {
  const tilt = angleDegrees(step, layout.direction.z);
  if (tilt > maxTiltDegrees) return [gantryTilt(tilt)];
  const bottom = positions[0] as Vec3;
  const maxOffsetMm = Math.max(...pixelSpacingMm);
  const jumps = positions.some((position, k) => {
    const offset = subtract(position, add(bottom, scale(step, k)));
    const { x, y } = layout.direction;
    return Math.hypot(dot(offset, x), dot(offset, y)) > maxOffsetMm;
  });
  const text = 'The images are shifted against one another by more than a pixel.';
  return jumps ? [{ code: 'mixed-geometry', text }] : [];
}

function spacingProblems(distances: readonly number[]): readonly Notice[] {
  const usual = median(distances);
  const [least, most] = distances.reduce(
    ([low, high], distance) => [Math.min(low, distance), Math.max(high, distance)],
    [usual, usual],
  );
  const deviation = Math.max(usual - least, most - usual) / usual;
  // Positions are rounded decimals: exactly 10 % must not fail by the last bit.
  if (deviation <= maxSpacingDeviation + 1e-6) return [];
  const text =
    `Slices are missing or unevenly spaced: neighbours lie ${round(least)} to ${round(most)} mm apart, ` +
    `mostly ${round(usual)} mm.`;
  return [{ code: 'missing-slices', text }];
}

/** The refusal of a tilted gantry; never resampled silently (PIPELINE.md 2). */
export function gantryTilt(degrees: number): Notice {
  const text = `The gantry was tilted by ${round(Math.abs(degrees))} degrees, more than ${maxTiltDegrees}.`;
  return { code: 'gantry-tilt', text };
}

/** Whether GantryDetectorTilt (0018,1120) is more than upright. */
export function isTilted(degrees: number | undefined): degrees is number {
  return degrees !== undefined && Math.abs(degrees) > maxTiltDegrees;
}

/** For people: two decimals at most. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
