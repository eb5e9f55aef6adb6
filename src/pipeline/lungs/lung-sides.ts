import { findComponents, type RunComponents } from '../../volume/components.ts';
import { spreadLabels } from '../../volume/spread-labels.ts';
import type { Shape3 } from '../../volume/types.ts';
import { lobes } from '../types.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

export const rightSide = 1;
export const leftSide = 2;

/** A connected piece of aerated lung with this part of its network labels on one side lies there whole. */
const clearMajority = 0.9;
/** Unless it spans both sides and has labels in less than this part of the other: then that lung was missed. */
const enoughLabels = 0.5;
/** What settles a component, beside a side. */
const bySeeds = 0;
const byColumn = 3;

type Counts = [none: number, right: number, left: number];

/** Side of each lobe label: RUL, RML, RLL right, LUL, LLL left; 0 for no lobe. */
export const sideOfLabel: readonly number[] = [
  0,
  ...lobes.map((lobe) => (lobe.startsWith('R') ? rightSide : leftSide)),
];

/**
 * Right (1) or left (2) for every voxel of the lungs, 0 elsewhere. A connected piece of aerated lung that the
 * network puts on one side with a clear majority lies there whole; lungs that touch are parted where the
 * network's labels change, and what has none, because the network missed one lung or both, at the column of
 * least lung between them.
 */
export function lungSides(
  grid: WorkGrid,
  lungs: Uint8Array,
  aerated: Uint8Array,
  network: GridLobes,
): Uint8Array {
  const { shape } = grid;
  const sides = new Uint8Array(lungs.length);
  for (let i = 0; i < sides.length; i++) {
    if (lungs[i] !== 0 && (network.lung[i] as number) >= likelyLung) {
      sides[i] = network.side?.[i] || (sideOfLabel[network.lobe[i] as number] as number);
    }
  }
  const width = shape[2];
  const middle = leastLungBetween(lungPerColumn(lungs, width));
  settleByMajority(sides, findComponents(aerated, shape), width, middle);
  const spread = spreadLabels(sides, lungs, shape);
  placeUnlabelled(spread, lungs, shape, middle);
  return spread;
}

/**
 * Overwrites the sides inside each component by its clear majority. Where that says little about the half on
 * the other side of the middle column, what has no label gets one by its column instead.
 */
function settleByMajority(sides: Uint8Array, components: RunComponents, width: number, middle: number): void {
  const { runs, numbers, sizes } = components;
  // Voxels by label, 0 for none: what lies on the right of the column, then what lies beyond it.
  const near = [0, 1, 2].map(() => new Int32Array(sizes.length));
  const beyond = [0, 1, 2].map(() => new Int32Array(sizes.length));
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const start = runs[2 * run] as number;
    const end = runs[2 * run + 1] as number;
    const past = firstPast(middle, start, end, width);
    for (let i = start; i < end; i++) {
      const counts = (i < past ? near : beyond)[sides[i] as number] as Int32Array;
      counts[label] = (counts[label] as number) + 1;
    }
  }
  const settled = Array.from(sizes, (voxels, label) => {
    const [nearNone, nearRight, nearLeft] = near.map((counts) => counts[label] as number) as Counts;
    const [none, farRight, farLeft] = beyond.map((counts) => counts[label] as number) as Counts;
    const right = nearRight + farRight;
    const left = nearLeft + farLeft;
    if (Math.max(right, left) < clearMajority * (right + left)) return bySeeds;
    const spans = spansBothSides((none + farRight + farLeft) / voxels);
    const missedLeft = none > (1 - enoughLabels) * (none + farRight + farLeft);
    const missedRight = nearNone > (1 - enoughLabels) * (nearNone + nearRight + nearLeft);
    if (spans && (right >= left ? missedLeft : missedRight)) return byColumn;
    return right === left ? bySeeds : right > left ? rightSide : leftSide;
  });
  for (let run = 0; run < numbers.length; run++) {
    const start = runs[2 * run] as number;
    const end = runs[2 * run + 1] as number;
    const how = settled[numbers[run] as number] as number;
    if (how === rightSide || how === leftSide) sides.fill(how, start, end);
    if (how !== byColumn) continue;
    const past = firstPast(middle, start, end, width);
    for (let i = start; i < end; i++) if (sides[i] === 0) sides[i] = i < past ? rightSide : leftSide;
  }
}

/** The first voxel of a run along x that lies beyond a column, or the run's end. */
function firstPast(column: number, start: number, end: number, width: number): number {
  return Math.min(end, Math.max(start, start - (start % width) + Math.floor(column) + 1));
}

/** Pieces that no label reaches: by where they lie, or column by column if they span both sides. */
function placeUnlabelled(sides: Uint8Array, lungs: Uint8Array, shape: Shape3, middle: number): void {
  const orphan = new Uint8Array(lungs.length);
  let missing = false;
  for (let i = 0; i < lungs.length; i++) {
    if (lungs[i] === 0 || sides[i] !== 0) continue;
    orphan[i] = 1;
    missing = true;
  }
  if (!missing) return;
  const width = shape[2];
  const components = findComponents(orphan, shape);
  const beyond = partBeyond(components, width, middle);
  const { runs, numbers } = components;
  for (let run = 0; run < numbers.length; run++) {
    const part = beyond[numbers[run] as number] as number;
    const start = runs[2 * run] as number;
    const end = runs[2 * run + 1] as number;
    const past = spansBothSides(part) ? firstPast(middle, start, end, width) : part > 0.5 ? start : end;
    sides.fill(rightSide, start, past).fill(leftSide, past, end);
  }
}

/** The part of each component that lies beyond the middle column, on the patient's left. */
function partBeyond({ runs, numbers, sizes }: RunComponents, width: number, middle: number): Float64Array {
  const beyond = new Float64Array(sizes.length);
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const end = runs[2 * run + 1] as number;
    const past = firstPast(middle, runs[2 * run] as number, end, width);
    beyond[label] = (beyond[label] as number) + end - past;
  }
  return beyond.map((voxels, label) => voxels / Math.max(1, sizes[label] as number));
}

function spansBothSides(beyond: number): boolean {
  return beyond >= 1 - clearMajority && beyond <= clearMajority;
}

function lungPerColumn(lungs: Uint8Array, width: number): Float64Array {
  const profile = new Float64Array(width);
  for (let i = 0; i < lungs.length; i++) {
    if (lungs[i] !== 0) profile[i % width] = (profile[i % width] as number) + 1;
  }
  return profile;
}

/** The column of least lung in the middle third of what the lungs span. */
export function leastLungBetween(profile: Float64Array): number {
  let first = 0;
  while (first < profile.length - 1 && profile[first] === 0) first++;
  let last = profile.length - 1;
  while (last > first && profile[last] === 0) last--;
  const from = Math.ceil(first + (last - first) / 3);
  const to = Math.floor(last - (last - first) / 3);
  let best = Math.round((first + last) / 2);
  for (let x = from; x <= to; x++) if ((profile[x] as number) < (profile[best] as number)) best = x;
  return best;
}
