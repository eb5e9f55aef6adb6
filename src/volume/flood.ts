import type { Shape3 } from './types.ts';

/**
 * What can be reached from the seeds through the mask, face by face (6 neighbours). Seeds outside the mask
 * reach nothing.
 *
 * Filled run by run along x, as polygons on a screen are (Smith 1979): a voxel is looked at by its neighbours in
 * rows of runs, without working out where in the volume it lies.
 */
export function flood(mask: Uint8Array, shape: Shape3, seeds: readonly number[]): Uint8Array {
  const reached = new Uint8Array(mask.length);
  floodInto(reached, mask, shape, seeds);
  return reached;
}

/** `flood` into an array of zeros. */
export function floodInto(
  reached: Uint8Array,
  mask: Uint8Array,
  [, height, width]: Shape3,
  seeds: readonly number[],
): void {
  const slice = height * width;
  // One voxel of each run that is known to be reachable and not filled yet.
  let stack = new Int32Array(1024);
  let top = 0;
  let next = 0;
  while (top > 0 || next < seeds.length) {
    const at = top > 0 ? (stack[--top] as number) : (seeds[next++] as number);
    // Not `=== 0`, so that a seed outside the array reaches nothing either.
    if (!mask[at] || reached[at] !== 0) continue;
    const row = at - (at % width);
    const rowEnd = row + width;
    let first = at;
    while (first > row && mask[first - 1] !== 0) first--;
    let end = at + 1;
    while (end < rowEnd && mask[end] !== 0) end++;
    for (let i = first; i < end; i++) reached[i] = 1;
    // A row beside this one has at most every other voxel to look at again.
    while (top + 2 * (end - first + 1) > stack.length) {
      const larger = new Int32Array(stack.length * 2);
      larger.set(stack);
      stack = larger;
    }
    const inSlice = row % slice;
    if (inSlice > 0) top = addRuns(mask, reached, first - width, end - width, stack, top);
    if (inSlice < slice - width) top = addRuns(mask, reached, first + width, end + width, stack, top);
    if (row >= slice) top = addRuns(mask, reached, first - slice, end - slice, stack, top);
    if (row < mask.length - slice) top = addRuns(mask, reached, first + slice, end + slice, stack, top);
  }
}

/** Puts one voxel of each run from `first` to before `end` that is to be filled on the stack; its new height. */
function addRuns(
  mask: Uint8Array,
  reached: Uint8Array,
  first: number,
  end: number,
  stack: Int32Array,
  top: number,
): number {
  let height = top;
  for (let i = first; i < end; i++) {
    if (mask[i] === 0) continue;
    // Runs are filled whole: what one voxel says of a run, it says of all of it.
    if (reached[i] === 0) stack[height++] = i;
    i++;
    while (i < end && mask[i] !== 0) i++;
  }
  return height;
}
