import type { Box } from '../../volume/box.ts';
import { smoothGaussian } from '../../volume/gaussian.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import { type Shape3, voxelCount } from '../../volume/types.ts';
import type { Field, Place } from './body.ts';

interface Smoothing {
  /** Standard deviation of the bell, mm. */
  readonly smoothMm: number;
  /** Labels along each side of a block of the field. */
  readonly factors: Shape3;
  /** Where labels are; anywhere by default. */
  readonly within?: Box;
}

/**
 * Each label's part of every block of the space, as a smooth field in a box of its own.
 *
 * @param labels [z, y, x] of `place`, from 1 to `count`
 * @returns by label, from 1; undefined where a label is nowhere
 */
export function labelFields(
  place: Place,
  labels: Uint8Array,
  count: number,
  smoothing: Smoothing,
): readonly (Field | undefined)[] {
  const { smoothMm, factors } = smoothing;
  const spacingMm = each((axis) => place.spacingMm[axis] * factors[axis]);
  // Beyond three standard deviations a bell is 0: the last value on every side is, and every surface is closed.
  const pad = each((axis) => Math.floor((3 * smoothMm) / spacingMm[axis] + 0.5) + 1);
  const spans = spansOf(place.shape, labels, count, smoothing);
  const drafts = spans.map((span) => {
    if (span === undefined) return undefined;
    const start = each((axis) => span.low[axis] - pad[axis]);
    const shape = each((axis) => span.high[axis] + pad[axis] + 1 - start[axis]);
    return { start, shape, values: new Float32Array(voxelCount(shape)) };
  });
  const part = 1 / voxelCount(factors);
  const downX = blocksOf(place.shape[2], factors[2]);
  eachRun(place.shape, labels, smoothing, (label, z, y, from, end) => {
    const draft = drafts[label - 1];
    if (draft === undefined) return;
    const { start, shape, values } = draft;
    const row = ((z - start[0]) * shape[1] + y - start[1]) * shape[2] - start[2];
    for (let x = from; x < end; x++) {
      const at = row + (downX[x] as number);
      values[at] = (values[at] as number) + part;
    }
  });
  return drafts.map((draft) => {
    if (draft === undefined) return undefined;
    const { start, shape, values } = draft;
    const fromMm = (axis: 0 | 1 | 2) =>
      (start[axis] * factors[axis] + (factors[axis] - 1) / 2) * place.spacingMm[axis];
    const [x, y, z] = place.originMm;
    return {
      values: smoothGaussian(values, shape, spacingMm, smoothMm),
      shape,
      spacingMm,
      originMm: [x + fromMm(2), y + fromMm(1), z + fromMm(0)],
    };
  });
}

interface Span {
  readonly low: [number, number, number];
  readonly high: [number, number, number];
}

/** The first and the last index of each label along each axis, of the field's grid. */
function spansOf(
  shape: Shape3,
  labels: Uint8Array,
  count: number,
  smoothing: Smoothing,
): readonly (Span | undefined)[] {
  const spans = Array.from(
    { length: count },
    (): Span => ({ low: [Infinity, Infinity, Infinity], high: [-1, -1, -1] }),
  );
  const downX = blocksOf(shape[2], smoothing.factors[2]);
  eachRun(shape, labels, smoothing, (label, z, y, from, end) => {
    const span = spans[label - 1];
    if (span === undefined) return;
    const { low, high } = span;
    low[0] = Math.min(low[0], z);
    low[1] = Math.min(low[1], y);
    low[2] = Math.min(low[2], downX[from] as number);
    high[0] = Math.max(high[0], z);
    high[1] = Math.max(high[1], y);
    high[2] = Math.max(high[2], downX[end - 1] as number);
  });
  return spans.map((span) => (span.high[0] < 0 ? undefined : span));
}

/**
 * Visits the runs of one and the same label in a row, from x = `from` to before `end`, with the z and y of the blocks of
 * the field that they lie in. By runs: a call for each of millions of voxels took a quarter of the time of all fields.
 */
function eachRun(
  shape: Shape3,
  labels: Uint8Array,
  { factors, within = { start: [0, 0, 0], end: shape } }: Smoothing,
  visit: (label: number, z: number, y: number, from: number, end: number) => void,
): void {
  const { start, end } = within;
  const downZ = blocksOf(shape[0], factors[0]);
  const downY = blocksOf(shape[1], factors[1]);
  const scan = scanMask(labels);
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * shape[1] + y) * shape[2];
      const last = row + end[2];
      let from = nextOccupied(scan, row + start[2], last);
      while (from < last) {
        const label = labels[from] as number;
        let i = from + 1;
        while (i < last && labels[i] === label) i++;
        visit(label, downZ[z] as number, downY[y] as number, from - row, i - row);
        from = nextOccupied(scan, i, last);
      }
    }
  }
}

/** The block that each index along an axis lies in. */
function blocksOf(length: number, factor: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => Math.floor(i / factor));
}

function each(of: (axis: 0 | 1 | 2) => number): Shape3 {
  return [of(0), of(1), of(2)];
}
