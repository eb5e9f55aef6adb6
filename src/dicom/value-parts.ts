import type { InstanceHeader } from './instance-header.ts';
import { samePositionMm, sliceGeometry } from './slice-stack.ts';
import { cross, dot } from './vectors.ts';

/** The images of one value of an attribute, and the heights between which they lie. */
export interface ValuePart {
  readonly value: string | number | undefined;
  readonly headers: readonly InstanceHeader[];
  /** From feet to head. */
  readonly heights: readonly number[];
  readonly low: number;
  readonly high: number;
}

type ReadValue = (header: InstanceHeader) => string | number | undefined;

/** One part for each value; none where an image has no geometry. */
export function valueParts(headers: readonly InstanceHeader[], read: ReadValue): readonly ValuePart[] {
  const orientation = headers[0]?.imageOrientationPatient;
  if (orientation === undefined || headers.some((header) => sliceGeometry(header) === undefined)) return [];
  const normal = cross(orientation.row, orientation.column);
  const height = ({ imagePositionPatient = [0, 0, 0] }: InstanceHeader) => dot(imagePositionPatient, normal);
  return [...Map.groupBy(headers, read)].map(([value, headers]) =>
    part(value, headers, headers.map(height).sort(ascending)),
  );
}

/** [ours] Runs of fewer images than this, on the average, are no passes: the value does not follow the way. */
const minRunImages = 10;

/**
 * Runs of images whose value (a time, a number) grows along one way: each begins where the way comes back over
 * a place that the run has passed. One part a run, by its number from 1; none where the values form no such runs.
 */
export function orderedRuns(headers: readonly InstanceHeader[], read: ReadValue): readonly ValuePart[] {
  if (headers.some((header) => read(header) === undefined)) return [];
  const runs: ValuePart[][] = [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const next of valueParts(headers, read).toSorted(byValue)) {
    const run = runs.at(-1);
    const comesBack = next.low <= high + samePositionMm && next.high >= low - samePositionMm;
    if (run === undefined || comesBack) {
      const first = run === undefined ? undefined : firstOfNext(run, next);
      const begun = first === undefined ? [next] : [first, next];
      runs.push(begun);
      [low, high] = [Math.min(...begun.map((one) => one.low)), Math.max(...begun.map((one) => one.high))];
    } else {
      run.push(next);
      [low, high] = [Math.min(low, next.low), Math.max(high, next.high)];
    }
    if (runs.length * minRunImages > headers.length) return [];
  }
  return runs.map((run, i) =>
    part(
      i + 1,
      run.flatMap(({ headers }) => headers),
      run.flatMap(({ heights }) => heights).sort(ascending),
    ),
  );
}

/**
 * A pass that turns back begins beyond the end of the one before, and is seen only by its second image: the
 * last of a run, where its step fits what follows better, is taken out of it.
 */
function firstOfNext(run: ValuePart[], next: ValuePart): ValuePart | undefined {
  const [third, second, last] = run.slice(-3);
  if (third === undefined || second === undefined || last === undefined) return undefined;
  const step = (a: ValuePart, b: ValuePart) => Math.abs(middle(a) - middle(b));
  const usual = step(third, second);
  const unlike = (mm: number) => Math.abs(mm - usual);
  return unlike(step(last, next)) < unlike(step(second, last)) - samePositionMm ? run.pop() : undefined;
}

/** By number where both are numbers; what is absent comes first. */
export function byValue({ value: a }: ValuePart, { value: b }: ValuePart): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '') < String(b ?? '') ? -1 : 1;
}

function part(value: ValuePart['value'], headers: readonly InstanceHeader[], heights: readonly number[]) {
  return { value, headers, heights, low: heights[0] ?? 0, high: heights.at(-1) ?? 0 };
}

function middle({ low, high }: ValuePart): number {
  return (low + high) / 2;
}

function ascending(a: number, b: number): number {
  return a - b;
}
