import { LobarError } from '../errors.ts';
import { type CtVolume, type Shape3, type Vec3, voxelCount } from '../volume/types.ts';
import { type GridOfVolume, gridOf } from './grid-of-volume.ts';
import type { Mask, MaskBlock } from './mask.ts';
import { maskInvalid } from './mask-invalid.ts';

/** What a volume's grid is: a mask does not need its HU. */
export type VolumeGrid = Omit<CtVolume, 'data'>;

/** [ours] Voxels whose centres are nearer than this part of a voxel are the same one. */
const samePlace = 0.25;
/** [ours] And steps that differ less than this are the same step: 2 %, before the corners are compared too. */
const sameStep = 0.02;

/**
 * Brings a mask onto the grid of a volume by its own geometry: axes may be turned and run the other way, but
 * every voxel must be one of the volume's. A mask in one box must have the volume's extent; planes may leave
 * slices out, where there is then nothing.
 *
 * @param label what a label of the mask becomes, 1 to 255; 0 drops it
 * @returns [z, y, x], the volume's shape
 * @throws LobarError `mask-grid-mismatch`; `mask-invalid` where planes give one voxel two different labels
 */
export function placeMask(mask: Mask, volume: VolumeGrid, label: (value: number) => number): Uint8Array {
  const grid = gridOf(volume);
  const placed = new Uint8Array(voxelCount(volume.shape));
  for (const block of mask.blocks) writeBlock(block, layOut(mask.kind, block, grid, volume), label, placed);
  return placed;
}

/** Where a block's first voxel goes, and how far from one voxel to the next. */
interface Layout {
  readonly first: number;
  readonly strides: readonly [i: number, j: number, k: number];
}

function layOut(kind: Mask['kind'], block: MaskBlock, grid: GridOfVolume, volume: VolumeGrid): Layout {
  const mismatch = (why: string) =>
    new LobarError('mask-grid-mismatch', { problem: `${why}: ${describe(block, volume)}` });
  // In x, y, z of the volume, as Vec3 are.
  const extent: Vec3 = [volume.shape[2], volume.shape[1], volume.shape[0]];
  const first = grid.indexOf(block.originMm);
  const { i, j, k } = block.step;
  const steps = [i, j, ...(kind === 'planes' ? [] : [k])].map((step) => grid.stepOf(step));
  const whole = steps.map((step) => step.map(Math.round) as unknown as Vec3);
  const isSameStep = steps.every((step, n) =>
    step.every((part, axis) => near(part, whole[n]?.[axis], sameStep)),
  );
  if (!isSameStep || !whole.every(isAlongOneAxis))
    throw mismatch('its voxels have another size or direction');
  const axes = whole.map((step) => step.findIndex((part) => part !== 0));
  if (new Set(axes).size < axes.length) throw mismatch('two of its axes run the same way');
  const extents = axes.map((axis) => extent[axis]);
  if (extents.some((n, at) => n !== block.size[at])) throw mismatch('it has another number of voxels');
  const corners = cornersOf(first, steps, block.size);
  const meant = cornersOf(first.map(Math.round), whole, block.size);
  const isWithin = corners.every((corner, n) =>
    corner.every((part, axis) => {
      const index = meant[n]?.[axis] ?? -1;
      return near(part, index, samePlace) && index >= 0 && index < (extent[axis] as number);
    }),
  );
  if (!isWithin) throw mismatch('it lies somewhere else');
  return layoutOf(first, whole, volume.shape);
}

/** All of them: at the far one alone, steps that lean against one another could make up for one another. */
function cornersOf(first: readonly number[], steps: readonly Vec3[], size: MaskBlock['size']) {
  let corners: readonly (readonly number[])[] = [first];
  steps.forEach((step, n) => {
    const length = (size[n] as number) - 1;
    corners = corners.concat(
      corners.map((corner) => corner.map((part, axis) => part + (step[axis] as number) * length)),
    );
  });
  return corners;
}

function layoutOf(first: Vec3, steps: readonly Vec3[], [, height, width]: Shape3): Layout {
  const offset = ([x, y, z]: Vec3) => x + width * (y + height * z);
  const [i, j, k] = steps.map(offset);
  return { first: offset(first.map(Math.round) as unknown as Vec3), strides: [i ?? 0, j ?? 0, k ?? 0] };
}

function writeBlock(
  block: MaskBlock,
  { first, strides }: Layout,
  label: (value: number) => number,
  placed: Uint8Array,
): void {
  const labels = block.labels();
  const [width, height, depth] = block.size;
  let read = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let write = first + k * strides[2] + j * strides[1];
      for (let i = 0; i < width; i++, write += strides[0]) {
        const stored = labels[read++] as number;
        if (stored === 0) continue;
        const value = label(stored);
        if (value === 0) continue;
        if (placed[write] !== 0 && placed[write] !== value) throw maskInvalid('two of its segments overlap');
        placed[write] = value;
      }
    }
  }
}

function near(value: number, other: number | undefined, tolerance: number): boolean {
  return other !== undefined && Math.abs(value - other) <= tolerance;
}

function isAlongOneAxis(step: Vec3): boolean {
  return step.reduce((sum, part) => sum + Math.abs(part), 0) === 1;
}

function describe({ size, step, originMm }: MaskBlock, volume: VolumeGrid): string {
  const { shape, spacingMm } = volume;
  const steps = [step.i, step.j, step.k].filter((vector) => vector.some((part) => part !== 0));
  const lengths = steps.map((vector) => rounded(Math.hypot(...vector)));
  const ofMask = `${size.slice(0, lengths.length).join(' x ')} voxels of ${lengths.join(' x ')} mm`;
  const ofVolume = `${shape.toReversed().join(' x ')} of ${spacingMm.toReversed().map(rounded).join(' x ')} mm`;
  const place = (origin: Vec3) => `first at (${origin.map(rounded).join(', ')})`;
  return `${ofMask}, the series ${ofVolume}; ${place(originMm)}, the series ${place(volume.originMm)}`;
}

const rounded = (mm: number) => Math.round(mm * 1000) / 1000;
