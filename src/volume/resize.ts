import { type PlaneSize, planAxis, planResize, type ResizePlan } from './resize-plan.ts';
import { sumColumns, sumRows } from './resize-rows.ts';
import type { Shape3 } from './types.ts';
import { voxelCount } from './types.ts';

/** A plane or volume that can be resized: HU, grey values, or a mask. */
export type Samples = Int16Array | Float32Array | Uint8Array;

export { type PlaneSize, planResize, type ResizePlan };

/**
 * A plane [y, x] resized to another size, each axis on its own: area average where it shrinks, linear where
 * it grows (PIPELINE.md 4). Writes into `out` when given, else into a new array.
 */
export function resizePlane(
  source: Samples,
  from: PlaneSize,
  to: PlaneSize,
  out?: Float32Array,
): Float32Array {
  return resizePlaneBy(planResize(from, to), source, out);
}

/** `resizePlane` with weights that were made before: no allocation when `out` is given. */
export function resizePlaneBy(
  plan: ResizePlan,
  source: Samples,
  out: Float32Array = new Float32Array(plan.height.to * plan.width.to),
): Float32Array {
  const { height, width } = plan;
  if (source.length !== height.from * width.from || out.length !== height.to * width.to) {
    throw new RangeError('The plane to resize, or the one to write, is not of the size it was planned for');
  }
  if (height.from === height.to && width.from === width.to) {
    out.set(source);
    return out;
  }
  // The loops see one kind of array only: V8 compiles them twice as fast as for three kinds.
  if (!(source instanceof Float32Array)) plan.source.set(source);
  resizeOccupied(plan, source instanceof Float32Array ? source : plan.source, out);
  return out;
}

/** Resizes what is not 0 of a plane: a lung that is cut out is a third of its slice or less. */
function resizeOccupied({ height, width, row }: ResizePlan, source: Float32Array, out: Float32Array): void {
  const { top, bottom, left, right } = occupiedPart(source, width.from);
  out.fill(0);
  row.fill(0);
  for (let y = 0; y < height.to; y++) {
    const first = height.first[y] as number;
    if (first >= bottom || first + height.taps <= top) continue;
    sumRows(height, y, source, row, left, right);
    sumColumns(width, row, out, y * width.to);
  }
}

/** The rows `top` to before `bottom` and the columns `left` to before `right` outside which a plane is all 0. */
function occupiedPart(plane: Float32Array, width: number) {
  // As integers, of which only one is 0: -0 must not be taken for 0.
  const words = new Int32Array(plane.buffer, plane.byteOffset, plane.length);
  let first = 0;
  while (first + 4 <= words.length && areZero(words, first)) first += 4;
  while (first < words.length && words[first] === 0) first++;
  let end = words.length;
  while (end - 4 >= first && areZero(words, end - 4)) end -= 4;
  while (end > first && words[end - 1] === 0) end--;
  // Integers throughout: an index that V8 takes for a float makes the loop below four times as slow.
  const top = (first / width) | 0;
  const bottom = ((end + width - 1) / width) | 0;
  let left = width;
  let right = 0;
  for (let row = top * width; row < bottom * width; row += width) {
    let x = 0;
    while (x < left && words[row + x] === 0) x++;
    left = x;
    x = width;
    while (x > right && words[row + x - 1] === 0) x--;
    right = x;
  }
  return { top, bottom, left, right };
}

function areZero(words: Int32Array, at: number): boolean {
  const any =
    (words[at] as number) | (words[at + 1] as number) | (words[at + 2] as number) | (words[at + 3] as number);
  return any === 0;
}

/**
 * A volume [z, y, x] resized along its three axes as `resizePlane` does along two. It is given slice by slice,
 * from feet to head, so that one that is changed on the way (windowed, masked) never exists as a whole in
 * float. `slice` may hand out the same array again; undefined stands for a slice of zeros.
 */
export function resizeSlices(
  slice: (z: number) => Samples | undefined,
  fromShape: Shape3,
  toShape: Shape3,
): Float32Array {
  const out = new Float32Array(voxelCount(toShape));
  const depth = planAxis(fromShape[0], toShape[0]);
  const inPlane = planResize([fromShape[1], fromShape[2]], [toShape[1], toShape[2]]);
  const planeSize = toShape[1] * toShape[2];
  const plane = new Float32Array(planeSize);
  let lowest = 0;
  for (let z = 0; z < depth.from; z++) {
    const source = slice(z);
    while (lowest < depth.to && (depth.first[lowest] as number) + depth.taps <= z) lowest++;
    if (source === undefined) continue;
    resizePlaneBy(inPlane, source, plane);
    for (let i = lowest; i < depth.to && (depth.first[i] as number) <= z; i++) {
      const weight = depth.weights[i * depth.taps + z - (depth.first[i] as number)] as number;
      if (weight > 0) addPlane(out, i * planeSize, plane, weight);
    }
  }
  return out;
}

function addPlane(out: Float32Array, offset: number, plane: Float32Array, weight: number): void {
  for (let p = 0; p < plane.length; p++) {
    out[offset + p] = (out[offset + p] as number) + weight * (plane[p] as number);
  }
}
