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
  for (let i = 0; i < out.length; i++) if (within[i] !== 0) out[i] = labels[i] as number;
  let front: number[] = [];
  const steps = [-1, 1, -width, width, -slice, slice];
  for (let i = 0; i < out.length; i++) {
    if (within[i] === 0 || out[i] !== 0) continue;
    for (const step of steps) if ((out[i + step] ?? 0) !== 0) front.push(i + step);
  }
  front.sort((a, b) => a - b);
  while (front.length > 0) {
    const reached: number[] = [];
    for (const at of front) {
      const label = out[at] as number;
      const x = at % width;
      const inSlice = at % slice;
      const visit = (next: number): void => {
        if (within[next] === 0 || out[next] !== 0) return;
        out[next] = label;
        reached.push(next);
      };
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (inSlice >= width) visit(at - width);
      if (inSlice < slice - width) visit(at + width);
      if (at >= slice) visit(at - slice);
      if (at < out.length - slice) visit(at + slice);
    }
    front = reached;
  }
  return out;
}
