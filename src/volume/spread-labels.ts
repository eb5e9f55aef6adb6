import { nextOccupied, scanMask } from './mask-scan.ts';
import type { Shape3 } from './types.ts';

/**
 * Gives every voxel of `within` that has no label the label of the labelled voxel nearest to it along a path
 * inside (fewest face steps). Voxels that no label reaches stay 0; labels outside `within` neither spread
 * nor stay.
 */
export function spreadLabels(labels: Uint8Array, within: Uint8Array, shape: Shape3): Uint8Array {
  const [, height, width] = shape;
  const slice = height * width;
  const out = new Uint8Array(labels.length);
  const scan = scanMask(within);
  const end = out.length;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    for (; i < end && within[i] !== 0; i++) out[i] = labels[i] as number;
  }
  let front = firstFront(out, within, shape);
  let length = front.length;
  while (length > 0) {
    // A voxel reaches six at most.
    const reached = new Int32Array(6 * length);
    let count = 0;
    for (let k = 0; k < length; k++) {
      const at = front[k] as number;
      const label = out[at] as number;
      const x = at % width;
      const inSlice = at % slice;
      if (x > 0 && within[at - 1] !== 0 && out[at - 1] === 0) {
        out[at - 1] = label;
        reached[count++] = at - 1;
      }
      if (x < width - 1 && within[at + 1] !== 0 && out[at + 1] === 0) {
        out[at + 1] = label;
        reached[count++] = at + 1;
      }
      if (inSlice >= width && within[at - width] !== 0 && out[at - width] === 0) {
        out[at - width] = label;
        reached[count++] = at - width;
      }
      if (inSlice < slice - width && within[at + width] !== 0 && out[at + width] === 0) {
        out[at + width] = label;
        reached[count++] = at + width;
      }
      if (at >= slice && within[at - slice] !== 0 && out[at - slice] === 0) {
        out[at - slice] = label;
        reached[count++] = at - slice;
      }
      if (at < end - slice && within[at + slice] !== 0 && out[at + slice] === 0) {
        out[at + slice] = label;
        reached[count++] = at + slice;
      }
    }
    front = reached;
    length = count;
  }
  return out;
}

/** The labelled voxels beside one that waits for a label, in their order; some of them more than once. */
function firstFront(out: Uint8Array, within: Uint8Array, [, height, width]: Shape3): Int32Array {
  const slice = height * width;
  const scan = scanMask(within);
  const end = out.length;
  let front = new Int32Array(4096);
  let length = 0;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    for (; i < end && within[i] !== 0; i++) {
      if (out[i] !== 0) continue;
      if (length + 6 > front.length) {
        const larger = new Int32Array(front.length * 2);
        larger.set(front);
        front = larger;
      }
      // Beyond the array there is nothing; beyond a row's end lies a voxel that will find nothing to reach.
      if (i >= slice && out[i - slice] !== 0) front[length++] = i - slice;
      if (i >= width && out[i - width] !== 0) front[length++] = i - width;
      if (i > 0 && out[i - 1] !== 0) front[length++] = i - 1;
      if (i + 1 < end && out[i + 1] !== 0) front[length++] = i + 1;
      if (i + width < end && out[i + width] !== 0) front[length++] = i + width;
      if (i + slice < end && out[i + slice] !== 0) front[length++] = i + slice;
    }
  }
  return front.subarray(0, length).sort();
}
