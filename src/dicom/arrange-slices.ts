import { setImmediate } from 'node:timers/promises';

/** Voxels copied between two turns of the event loop: some milliseconds. */
const voxelsPerTurn = 4 * 2 ** 20;

/**
 * Puts slices into order in place: slice k becomes what stood in slot `slots[k]`. Follows the cycles of the
 * permutation, so that one spare slice is all the memory it takes, and lets the event loop turn in between.
 *
 * `volume` holds `slots.length` slices of `sliceVoxels`; `slots` is a permutation of their indices.
 */
export async function arrangeSlices(
  volume: Int16Array,
  sliceVoxels: number,
  slots: readonly number[],
): Promise<void> {
  const slice = (index: number) => volume.subarray(index * sliceVoxels, (index + 1) * sliceVoxels);
  const spare = new Int16Array(sliceVoxels);
  const done = new Uint8Array(slots.length);
  let copied = 0;
  for (let start = 0; start < slots.length; start += 1) {
    if (done[start] === 1 || slots[start] === start) continue;
    spare.set(slice(start));
    let target = start;
    for (;;) {
      done[target] = 1;
      const source = slots[target] as number;
      if (source === start) break;
      slice(target).set(slice(source));
      target = source;
      copied += sliceVoxels;
      if (copied >= voxelsPerTurn) {
        copied = 0;
        await setImmediate();
      }
    }
    slice(target).set(spare);
  }
}
