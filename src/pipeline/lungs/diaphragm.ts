import type { Shape3, SpacingMm } from '../../volume/types.ts';

/** Height of the diaphragm at each column [y, x], mm above the lowest slice of the array. */
type Diaphragm = Float32Array;

/** Fewer columns of lung that rest on tissue say nothing about the surface below (mm2). */
const leastBaseMm2 = 5000;
/** Residuals (mm) at which a column counts half: one that rests on heart, hilum or consolidation stands higher. */
const aboveMm = 6;
const belowMm = 40;
const rounds = 20;
/** Unit of the polynomial's arguments, mm: its terms are then of one order. */
const unitMm = 50;
const terms = 6;

/**
 * The diaphragm under one lung as a quadratic surface through the lowest lung of every column, by iteratively
 * reweighted least squares that lean towards the low ones (Holland and Welsch 1977, Cauchy weights): where
 * consolidation rests on the diaphragm, the columns around it tell where it runs. Undefined where too little
 * lung rests on tissue.
 */
export function fitDiaphragm(
  lung: Uint8Array,
  tissue: Uint8Array,
  [depth, height, width]: Shape3,
  [mmZ, mmY, mmX]: SpacingMm,
): Diaphragm | undefined {
  const base: number[] = [];
  const slice = height * width;
  for (let column = 0; column < slice; column++) {
    let z = 0;
    while (z < depth && lung[z * slice + column] === 0) z++;
    if (z > 0 && z < depth && tissue[(z - 1) * slice + column] !== 0) base.push(column, z * mmZ);
  }
  if ((base.length / 2) * mmY * mmX < leastBaseMm2) return undefined;
  const argumentsOf = (column: number) => {
    const v = ((Math.floor(column / width) - height / 2) * mmY) / unitMm;
    const u = (((column % width) - width / 2) * mmX) / unitMm;
    return [1, u, v, u * u, u * v, v * v];
  };
  // The arguments of all columns one after another, not in arrays of their own: they are read 120 times.
  const rows = new Float64Array((base.length / 2) * terms);
  const heights = new Float64Array(base.length / 2);
  for (let i = 0; i < heights.length; i++) {
    rows.set(argumentsOf(base[2 * i] as number), i * terms);
    heights[i] = base[2 * i + 1] as number;
  }
  let surface = new Array<number>(terms).fill(0);
  const weights = new Float64Array(heights.length).fill(1);
  for (let round = 0; round < rounds; round++) {
    surface = leastSquares(rows, heights, weights);
    for (let i = 0; i < heights.length; i++) {
      const residual = (heights[i] as number) - dot(rows, i * terms, surface);
      const scale = residual > 0 ? aboveMm : belowMm;
      weights[i] = 1 / (1 + (residual / scale) ** 2);
    }
  }
  return Float32Array.from({ length: slice }, (_, column) => dot(argumentsOf(column), 0, surface));
}

function dot(a: ArrayLike<number>, from: number, b: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < terms; k++) sum += (a[from + k] as number) * (b[k] as number);
  return sum;
}

/** Solves the weighted normal equations by Cholesky; a hint of ridge keeps a flat or narrow base solvable. */
function leastSquares(rows: Float64Array, values: Float64Array, weights: Float64Array): number[] {
  const normal = Array.from({ length: terms }, () => new Float64Array(terms + 1));
  for (let j = 0; j < terms; j++) addLine(rows, values, weights, j, normal[j] as Float64Array);
  const at = (j: number, k: number) => (normal[j] as Float64Array)[k] as number;
  const ridge = 1e-9 * at(0, 0);
  for (let j = 0; j < terms; j++) {
    const line = normal[j] as Float64Array;
    for (let k = 0; k <= j; k++) {
      let sum = at(j, k) + (j === k ? ridge : 0);
      for (let m = 0; m < k; m++) sum -= at(j, m) * at(k, m);
      line[k] = j === k ? Math.sqrt(Math.max(sum, ridge)) : sum / at(k, k);
    }
    let right = at(j, terms);
    for (let m = 0; m < j; m++) right -= at(j, m) * at(m, terms);
    line[terms] = right / at(j, j);
  }
  const solution = new Array<number>(terms).fill(0);
  for (let j = terms - 1; j >= 0; j--) {
    let sum = at(j, terms);
    for (let m = j + 1; m < terms; m++) sum -= at(m, j) * (solution[m] as number);
    solution[j] = sum / at(j, j);
  }
  return solution;
}

/** Adds up line j of the normal equations: its terms to the diagonal, and last the right side. */
function addLine(
  rows: Float64Array,
  values: Float64Array,
  weights: Float64Array,
  j: number,
  line: Float64Array,
): void {
  for (let i = 0, row = 0; i < values.length; i++, row += terms) {
    const weighted = (weights[i] as number) * (rows[row + j] as number);
    for (let k = 0; k <= j; k++) line[k] = (line[k] as number) + weighted * (rows[row + k] as number);
    line[terms] = (line[terms] as number) + weighted * (values[i] as number);
  }
}
