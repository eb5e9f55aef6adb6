import type { ResizePlan } from '../../../src/volume/resize.ts';
import type { Shape3 } from '../../../src/volume/types.ts';

/** What src/volume does fast, done slowly and plainly. Masks and volumes are [z, y, x]. */

export function neighbours(at: number, [depth, height, width]: Shape3): number[] {
  const slice = height * width;
  const [z, y, x] = [Math.floor(at / slice), Math.floor((at % slice) / width), at % width];
  const out: number[] = [];
  if (x > 0) out.push(at - 1);
  if (x < width - 1) out.push(at + 1);
  if (y > 0) out.push(at - width);
  if (y < height - 1) out.push(at + width);
  if (z > 0) out.push(at - slice);
  if (z < depth - 1) out.push(at + slice);
  return out;
}

export function plainFlood(mask: Uint8Array, shape: Shape3, seeds: readonly number[]): Uint8Array {
  const reached = new Uint8Array(mask.length);
  const waiting = [...seeds];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (mask[at] === 0 || reached[at] === 1) continue;
    reached[at] = 1;
    waiting.push(...neighbours(at, shape));
  }
  return reached;
}

/** Numbers in the order of the components' first voxels. */
export function plainLabels(mask: Uint8Array, shape: Shape3): Int32Array {
  const labels = new Int32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || labels[i] !== 0) continue;
    count++;
    plainFlood(mask, shape, [i]).forEach((value, k) => {
      if (value === 1) labels[k] = count;
    });
  }
  return labels;
}

/** Ring by ring, each in the order in which its voxels were reached, the first one in reading order. */
export function plainSpread(labels: Uint8Array, within: Uint8Array, shape: Shape3): Uint8Array {
  const out = labels.map((label, i) => (within[i] === 0 ? 0 : label));
  let front = [...out.keys()].filter((i) => out[i] !== 0);
  while (front.length > 0) {
    const reached: number[] = [];
    for (const at of front) {
      for (const next of neighbours(at, shape)) {
        if (within[next] === 0 || out[next] !== 0) continue;
        out[next] = out[at] as number;
        reached.push(next);
      }
    }
    front = reached;
  }
  return out;
}

/** In how many of the given planes ('z' axial, 'y' coronal, 'x' sagittal) each voxel is enclosed by the mask. */
export function plainVotes(mask: Uint8Array, shape: Shape3, planes: string): Uint8Array {
  const [depth, height, width] = shape;
  const votes = new Uint8Array(mask.length);
  const voxel = (z: number, y: number, x: number) => (z * height + y) * width + x;
  const vote = (rows: number, columns: number, at: (row: number, column: number) => number) => {
    const free = Uint8Array.from({ length: rows * columns }, (_, i) =>
      mask[at(Math.floor(i / columns), i % columns)] === 0 ? 1 : 0,
    );
    const border = [...free.keys()].filter((i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
    });
    const open = plainFlood(free, [1, rows, columns], border);
    free.forEach((isFree, i) => {
      const v = at(Math.floor(i / columns), i % columns);
      if (isFree === 1 && open[i] === 0) votes[v] = (votes[v] as number) + 1;
    });
  };
  if (planes.includes('z')) for (let z = 0; z < depth; z++) vote(height, width, (r, c) => voxel(z, r, c));
  if (planes.includes('y')) for (let y = 0; y < height; y++) vote(depth, width, (r, c) => voxel(r, y, c));
  if (planes.includes('x')) for (let x = 0; x < width; x++) vote(depth, height, (r, c) => voxel(r, c, x));
  return votes;
}

export function plainBlockMean(source: Int16Array, shape: Shape3, factors: Shape3): Int16Array {
  const small = shape.map((size, axis) => Math.ceil(size / (factors[axis] as number)));
  const [depth, height, width] = small as [number, number, number];
  return Int16Array.from({ length: depth * height * width }, (_, i) => {
    const corner = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const [zs, ys, xs] = corner.map((at, axis) => {
      const factor = factors[axis] as number;
      const end = Math.min((at + 1) * factor, shape[axis] as number);
      return Array.from({ length: end - at * factor }, (__, k) => at * factor + k);
    }) as [number[], number[], number[]];
    const block = zs.flatMap((z) =>
      ys.flatMap((y) => xs.map((x) => source[(z * shape[1] + y) * shape[2] + x] as number)),
    );
    return Math.round(block.reduce((a, b) => a + b, 0) / block.length);
  });
}

/** Rows first, then columns, every tap in its order, in float64. */
export function plainResize(
  { height, width }: Pick<ResizePlan, 'height' | 'width'>,
  source: ArrayLike<number>,
): Float32Array {
  const tapsOf = ({ first, weights, taps }: ResizePlan['height'], i: number, at: (k: number) => number) => {
    let sum = (weights[i * taps] as number) * at(first[i] as number);
    for (let k = 1; k < taps; k++) sum += (weights[i * taps + k] as number) * at((first[i] as number) + k);
    return sum;
  };
  const sample = (y: number, x: number) =>
    tapsOf(width, x, (column) => tapsOf(height, y, (row) => source[row * width.from + column] as number));
  return Float32Array.from({ length: height.to * width.to }, (_, i) =>
    sample(Math.floor(i / width.to), i % width.to),
  );
}
