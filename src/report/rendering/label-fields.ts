import { smoothGaussian } from '../../volume/gaussian.ts';
import { type Shape3, voxelCount } from '../../volume/types.ts';
import type { Field, Place } from './body.ts';

interface Smoothing {
  /** Standard deviation of the bell, mm. */
  readonly smoothMm: number;
  /** Blocks of the labels' grid along each side of one of the field's. */
  readonly factor: number;
}

/**
 * Each label's part of the space as a smooth field in a box of its own.
 *
 * @param labels [z, y, x] of `place`, from 1 to `count`
 * @returns by label, from 1; undefined where a label is nowhere
 */
export function labelFields(
  place: Place,
  labels: Uint8Array,
  count: number,
  { smoothMm, factor }: Smoothing,
): readonly (Field | undefined)[] {
  const spacingMm = each((axis) => place.spacingMm[axis] * factor);
  // Beyond three standard deviations a bell is 0: the last value on every side is, and every surface is closed.
  const pad = each((axis) => Math.floor((3 * smoothMm) / spacingMm[axis] + 0.5) + 1);
  const spans = spansOf(place.shape, labels, count, factor);
  const drafts = spans.map((span) => {
    if (span === undefined) return undefined;
    const start = each((axis) => span.low[axis] - pad[axis]);
    const shape = each((axis) => span.high[axis] + pad[axis] + 1 - start[axis]);
    return { start, shape, values: new Float32Array(voxelCount(shape)) };
  });
  const part = 1 / factor ** 3;
  eachLabelled(place.shape, labels, factor, (label, z, y, x) => {
    const draft = drafts[label - 1];
    if (draft === undefined) return;
    const { start, shape, values } = draft;
    const at = ((z - start[0]) * shape[1] + y - start[1]) * shape[2] + x - start[2];
    values[at] = (values[at] as number) + part;
  });
  const middle = (factor - 1) / 2;
  return drafts.map((draft) => {
    if (draft === undefined) return undefined;
    const { start, shape, values } = draft;
    const fromMm = (axis: 0 | 1 | 2) => (start[axis] * factor + middle) * place.spacingMm[axis];
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
  factor: number,
): readonly (Span | undefined)[] {
  const spans = Array.from(
    { length: count },
    (): Span => ({ low: [Infinity, Infinity, Infinity], high: [-1, -1, -1] }),
  );
  eachLabelled(shape, labels, factor, (label, z, y, x) => {
    const span = spans[label - 1];
    if (span === undefined) return;
    const { low, high } = span;
    if (z < low[0]) low[0] = z;
    if (y < low[1]) low[1] = y;
    if (x < low[2]) low[2] = x;
    if (z > high[0]) high[0] = z;
    if (y > high[1]) high[1] = y;
    if (x > high[2]) high[2] = x;
  });
  return spans.map((span) => (span.high[0] < 0 ? undefined : span));
}

function eachLabelled(
  [depth, height, width]: Shape3,
  labels: Uint8Array,
  factor: number,
  visit: (label: number, z: number, y: number, x: number) => void,
): void {
  const down = Int32Array.from({ length: Math.max(depth, height, width) }, (_, i) => Math.floor(i / factor));
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const label = labels[i] as number;
        if (label !== 0) visit(label, down[z] as number, down[y] as number, down[x] as number);
      }
    }
  }
}

function each(of: (axis: 0 | 1 | 2) => number): Shape3 {
  return [of(0), of(1), of(2)];
}
