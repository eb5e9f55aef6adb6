import { samePositionMm } from './slice-stack.ts';
import { byValue, type ValuePart } from './value-parts.ts';

/** Parts of one series that may be one volume. */
export type PassGroup = readonly ValuePart[];

/** [ours] Parts that share more of the way than this are two passes over it; less is where one meets the next. */
const maxSharedMm = 30;
/** [ours] No scan has more passes, or more kernels: what is left makes one group. Headers are hostile. */
const maxGroups = 64;
/** [ours] Where a grouping takes more, the values follow no way at all; 20,000 images take a fifth of a second. */
const maxComparisons = 1_000_000;

/**
 * Values that lie one after another make one pass; a value goes to the first pass that does not cover its place
 * already. Large ones first, so that a stray image cannot part what belongs together. All are one group where
 * they are too many to be compared.
 */
export function passes(values: readonly ValuePart[]): readonly PassGroup[] {
  if (lieApart(values)) return [values];
  const groups: Covered[] = [];
  const rest: ValuePart[] = [];
  const budget = { left: maxComparisons };
  for (const part of values.toSorted((a, b) => b.heights.length - a.heights.length || byValue(a, b))) {
    const group = groups.find((own) => own.hasRoomFor(part, budget));
    if (budget.left < 0) return [values];
    if (group !== undefined) group.add(part);
    else if (groups.length < maxGroups) groups.push(new Covered(part));
    else rest.push(part);
  }
  const found = groups.map(({ parts }) => parts);
  return rest.length > 0 ? [...found, rest] : found;
}

/** One group a value, where any two cover the same place. A value for nearly every image tells nothing apart. */
export function reconstructions(values: readonly ValuePart[], images: number): readonly PassGroup[] {
  const isNoise = values.length * 2 > images || values.length > maxGroups;
  if (isNoise) return [values];
  const share = values.some((a, i) => values.slice(i + 1).some((b) => shareTheirPlace(a, b)));
  return share ? values.toSorted(byValue).map((part) => [part]) : [values];
}

/** The parts of a growing group, by where they lie, so that a new one is compared with its neighbours only. */
class Covered {
  /** By `low`. */
  readonly parts: ValuePart[];
  #longest: number;

  constructor(part: ValuePart) {
    this.parts = [part];
    this.#longest = part.high - part.low;
  }

  hasRoomFor(part: ValuePart, budget: { left: number }): boolean {
    // What lies there begins at most its own length below it.
    const lowest = part.low - this.#longest - samePositionMm;
    for (let i = this.#countUpTo(part.high + samePositionMm) - 1; i >= 0; i -= 1) {
      const one = this.parts[i] as ValuePart;
      budget.left -= 1;
      if (one.low < lowest || budget.left < 0) return true;
      if (shareTheirPlace(one, part)) return false;
    }
    return true;
  }

  add(part: ValuePart): void {
    this.parts.splice(this.#countUpTo(part.low), 0, part);
    this.#longest = Math.max(this.#longest, part.high - part.low);
  }

  /** How many begin at this height or below it. */
  #countUpTo(height: number): number {
    let [from, to] = [0, this.parts.length];
    while (from < to) {
      const half = (from + to) >>> 1;
      if ((this.parts[half] as ValuePart).low <= height) from = half + 1;
      else to = half;
    }
    return from;
  }
}

/** Whether no two overlap at all, as in a sequential scan; else each is compared with each. */
function lieApart(values: readonly ValuePart[]): boolean {
  const sorted = values.toSorted((a, b) => a.low - b.low);
  return sorted.every(
    (part, i) => part.low - (sorted[i - 1]?.high ?? Number.NEGATIVE_INFINITY) > samePositionMm,
  );
}

function shareTheirPlace(a: ValuePart, b: ValuePart): boolean {
  const low = Math.max(a.low, b.low) - samePositionMm;
  const high = Math.min(a.high, b.high) + samePositionMm;
  if (low > high) return false;
  const { heights } = a.heights.length <= b.heights.length ? a : b;
  const shared = heights.filter((height) => height >= low && height <= high).length;
  return shared * 2 > heights.length || (shared > 0 && high - low > maxSharedMm);
}
