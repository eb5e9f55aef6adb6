import { type MaskRuns, runsOfMask } from './mask-runs.ts';
import type { Shape3 } from './types.ts';

/** Connected components, by the runs of voxels along x that they are of. */
export interface RunComponents {
  /** Components are numbered from 1 to `count`, in the order of their first voxels. */
  readonly count: number;
  /** Voxels of each component; `sizes[0]` is 0. */
  readonly sizes: Int32Array;
  /** Where the runs of voxels along x start and, one past the last, end, in their order: 2 numbers a run. */
  readonly runs: Int32Array;
  /** The component that each run is of. */
  readonly numbers: Int32Array;
}

/**
 * The connected components of a mask [z, y, x], joined by faces (6 neighbours), as scipy.ndimage.label
 * numbers them by default.
 */
export function findComponents(mask: Uint8Array, shape: Shape3): RunComponents {
  return componentsOfRuns(runsOfMask(mask, shape[2]), shape);
}

/**
 * The components of a mask that is given by its runs, which are joined by union-find (Rosenfeld and Pfaltz 1966).
 *
 * @param joins whether slices are joined, or each has components of its own (4 neighbours)
 */
export function componentsOfRuns(
  { runs, firstOfRow }: MaskRuns,
  [, height, width]: Shape3,
  joins: 'slices' | 'rows' = 'slices',
): RunComponents {
  const parents = new Int32Array(runs.length >> 1);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
  const rows = firstOfRow.length - 1;
  for (let row = 0; row < rows; row++) {
    if (firstOfRow[row] === firstOfRow[row + 1]) continue;
    if (row % height > 0) joinRows(runs, firstOfRow, parents, row, row - 1, width);
    if (row >= height && joins === 'slices') joinRows(runs, firstOfRow, parents, row, row - height, width);
  }
  return number(runs, parents);
}

/** The mean of `values` over each component, by its number; 0 for number 0, which is outside. */
export function meansOf(
  { count, sizes, runs, numbers }: RunComponents,
  values: ArrayLike<number>,
): Float64Array {
  const means = new Float64Array(count + 1);
  for (let run = 0; run < numbers.length; run++) {
    const end = runs[2 * run + 1] as number;
    const label = numbers[run] as number;
    const size = sizes[label] as number;
    let mean = means[label] as number;
    for (let i = runs[2 * run] as number; i < end; i++) mean += (values[i] as number) / size;
    means[label] = mean;
  }
  return means;
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

function number(runs: Int32Array, parents: Int32Array): RunComponents {
  const numbers = new Int32Array(parents.length);
  let count = 0;
  for (let run = 0; run < parents.length; run++) {
    const first = root(parents, run);
    // The root is the first of its set, so it has its number before the others ask for it.
    numbers[run] = first === run ? ++count : (numbers[first] as number);
  }
  const sizes = new Int32Array(count + 1);
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    sizes[label] = (sizes[label] as number) + (runs[2 * run + 1] as number) - (runs[2 * run] as number);
  }
  return { count, sizes, runs, numbers };
}
