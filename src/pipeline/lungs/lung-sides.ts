import { labelComponents } from '../../volume/components.ts';
import { spreadLabels } from '../../volume/spread-labels.ts';
import { lobes } from '../types.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

export const rightSide = 1;
export const leftSide = 2;

/** A connected piece of aerated lung with this part of its network labels on one side lies there whole. */
const clearMajority = 0.9;

/** Side of each lobe label: RUL, RML, RLL right, LUL, LLL left; 0 for no lobe. */
export const sideOfLabel: readonly number[] = [
  0,
  ...lobes.map((lobe) => (lobe.startsWith('R') ? rightSide : leftSide)),
];

/**
 * Right (1) or left (2) for every voxel of the lungs, 0 elsewhere. A connected piece of aerated lung that the
 * network puts on one side with a clear majority lies there whole; lungs that touch are parted where the
 * network's labels change, and without any label at the plane of least lung between them.
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
      sides[i] = sideOfLabel[network.lobe[i] as number] as number;
    }
  }
  settleByMajority(sides, labelComponents(aerated, shape).labels);
  const spread = spreadLabels(sides, lungs, shape);
  return placeUnlabelled(grid, lungs, spread);
}

/** Overwrites the sides inside each component by its clear majority. */
function settleByMajority(sides: Uint8Array, labels: Int32Array): void {
  const right: number[] = [];
  const left: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 0) continue;
    if (sides[i] === rightSide) right[label] = (right[label] ?? 0) + 1;
    else if (sides[i] === leftSide) left[label] = (left[label] ?? 0) + 1;
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 0) continue;
    const r = right[label] ?? 0;
    const l = left[label] ?? 0;
    if (r > 0 && r >= clearMajority * (r + l)) sides[i] = rightSide;
    else if (l > 0 && l >= clearMajority * (r + l)) sides[i] = leftSide;
  }
}

/** Pieces that no label reaches: by the middle of all lung, or of the piece itself if it spans both sides. */
function placeUnlabelled({ shape }: WorkGrid, lungs: Uint8Array, sides: Uint8Array): Uint8Array {
  const width = shape[2];
  const profile = new Float64Array(width);
  let missing = false;
  for (let i = 0; i < lungs.length; i++) {
    if (lungs[i] === 0) continue;
    profile[i % width] = (profile[i % width] as number) + 1;
    if (sides[i] === 0) missing = true;
  }
  if (!missing) return sides;
  const middle = leastLungBetween(profile);
  const orphan = new Uint8Array(lungs.length);
  for (let i = 0; i < lungs.length; i++) orphan[i] = lungs[i] !== 0 && sides[i] === 0 ? 1 : 0;
  const { labels, sizes } = labelComponents(orphan, shape);
  const beyond = new Float64Array(sizes.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0 && i % width > middle) beyond[label] = (beyond[label] as number) + 1;
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label === 0) continue;
    const part = (beyond[label] as number) / (sizes[label] as number);
    const toTheLeft = part > clearMajority || (part >= 1 - clearMajority && i % width > middle);
    sides[i] = toTheLeft ? leftSide : rightSide;
  }
  return sides;
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
