import { nextEmpty, nextOccupied, scanMask } from './mask-scan.ts';
import type { Shape3 } from './types.ts';

export interface Components {
  /** 0 outside, else the component's number from 1 to `count`, in the order of their first voxels. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Voxels of each component; `sizes[0]` is 0. */
  readonly sizes: Int32Array;
  /** Where the runs of voxels along x start and, one past the last, end, in their order: 2 numbers a run. */
  readonly runs: Int32Array;
}

/**
 * The connected components of a mask [z, y, x], joined by faces (6 neighbours), as scipy.ndimage.label
 * numbers them by default. Runs along x are joined by union-find (Rosenfeld and Pfaltz 1966).
 */
export function labelComponents(mask: Uint8Array, shape: Shape3): Components {
  const [, height, width] = shape;
  const { runs, firstOfRow } = findRuns(mask, width);
  const parents = new Int32Array(runs.length >> 1);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
  const rows = firstOfRow.length - 1;
  for (let row = 0; row < rows; row++) {
    if (firstOfRow[row] === firstOfRow[row + 1]) continue;
    if (row % height > 0) joinRows(runs, firstOfRow, parents, row, row - 1, width);
    if (row >= height) joinRows(runs, firstOfRow, parents, row, row - height, width);
  }
  return number(runs, parents, mask.length);
}

/** The mean of `values` over each component, by its number; 0 for number 0, which is outside. */
export function meansOf({ labels, count, sizes, runs }: Components, values: ArrayLike<number>): Float64Array {
  const means = new Float64Array(count + 1);
  for (let run = 0; run < runs.length; run += 2) {
    const end = runs[run + 1] as number;
    const label = labels[runs[run] as number] as number;
    const size = sizes[label] as number;
    let mean = means[label] as number;
    for (let i = runs[run] as number; i < end; i++) mean += (values[i] as number) / size;
    means[label] = mean;
  }
  return means;
}

/** The runs of a mask, and by row the number of runs before it. */
function findRuns(mask: Uint8Array, width: number) {
  const rows = width === 0 ? 0 : Math.floor(mask.length / width);
  const firstOfRow = new Int32Array(rows + 1);
  const scan = scanMask(mask);
  let runs = new Int32Array(4096);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    firstOfRow[row] = length >> 1;
    const end = (row + 1) * width;
    for (let i = nextOccupied(scan, row * width, end); i < end; i = nextOccupied(scan, i, end)) {
      if (length === runs.length) runs = twice(runs);
      runs[length++] = i;
      i = nextEmpty(scan, i, end);
      runs[length++] = i;
    }
  }
  firstOfRow[rows] = length >> 1;
  return { runs: runs.slice(0, length), firstOfRow };
}

function twice(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Joins the runs of one row with those of another that they touch. */
function joinRows(
  runs: Int32Array,
  firstOfRow: Int32Array,
  parents: Int32Array,
  row: number,
  other: number,
  width: number,
): void {
  const apart = (row - other) * width;
  let b = firstOfRow[other] as number;
  const lastB = firstOfRow[other + 1] as number;
  const lastA = firstOfRow[row + 1] as number;
  for (let a = firstOfRow[row] as number; a < lastA && b < lastB; ) {
    const endA = (runs[2 * a + 1] as number) - apart;
    const endB = runs[2 * b + 1] as number;
    if ((runs[2 * a] as number) - apart < endB && (runs[2 * b] as number) < endA) join(parents, a, b);
    if (endA < endB) a++;
    else b++;
  }
}

/** Disjoint sets of runs: the root of a set is its first run. */
function root(parents: Int32Array, run: number): number {
  let at = run;
  while (parents[at] !== at) {
    const up = parents[parents[at] as number] as number;
    parents[at] = up;
    at = up;
  }
  return at;
}

function join(parents: Int32Array, a: number, b: number): void {
  const rootA = root(parents, a);
  const rootB = root(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function number(runs: Int32Array, parents: Int32Array, voxels: number): Components {
  const numbers = new Int32Array(parents.length);
  let count = 0;
  for (let run = 0; run < parents.length; run++) {
    const first = root(parents, run);
    // The root is the first of its set, so it has its number before the others ask for it.
    numbers[run] = first === run ? ++count : (numbers[first] as number);
  }
  const sizes = new Int32Array(count + 1);
  const labels = new Int32Array(voxels);
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const start = runs[2 * run] as number;
    const end = runs[2 * run + 1] as number;
    sizes[label] = (sizes[label] as number) + end - start;
    for (let i = start; i < end; i++) labels[i] = label;
  }
  return { labels, count, sizes, runs };
}
