import { type Box, boxShape, crop, inWhole } from '../../volume/box.ts';
import { findComponents } from '../../volume/components.ts';
import { labelBoxes } from '../../volume/label-boxes.ts';
import { spreadLabels } from '../../volume/spread-labels.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import { lobes } from '../types.ts';
import { sideOfLabel } from './lung-sides.ts';

/** The network sees slice by slice: a label must hold over about this much of height on both sides (mm). */
const heightMm = 4;
/** An island of a lobe smaller than this part of the lobe belongs to what surrounds it. */
const islandFraction = 0.15;

/**
 * Lobes without the network's slice-to-slice flicker: in each column of voxels the label that most of the
 * neighbours above and below have, then without small islands away from the rest of their lobe.
 */
export function smoothLobes(labels: Uint8Array, shape: Shape3, spacingMm: SpacingMm): Uint8Array {
  const out = majorityAlongHeight(labels, shape, Math.max(1, Math.round(heightMm / spacingMm[0])));
  const settled = out.slice();
  let anyDropped = false;
  for (const [label, box] of labelBoxes(out, shape)) {
    if (dropIslands(settled, shape, label, box)) anyDropped = true;
  }
  if (!anyDropped) return out;
  const joined = spreadLabels(settled, out, shape);
  for (let i = 0; i < joined.length; i++) if (joined[i] === 0) joined[i] = out[i] as number;
  return joined;
}

function majorityAlongHeight(labels: Uint8Array, [depth, height, width]: Shape3, reach: number): Uint8Array {
  const slice = height * width;
  const out = labels.slice();
  const votes = new Uint8Array(lobes.length + 1);
  for (let i = 0; i < labels.length; i++) {
    const own = labels[i] as number;
    if (own === 0) continue;
    const z = (i / slice) | 0;
    const first = Math.max(0, z - reach) - z;
    const last = Math.min(depth - 1, z + reach) - z;
    // Hardly any voxel is outvoted: where half the labels are its own, none can have more.
    let same = 0;
    for (let k = first; k <= last; k++) if (labels[i + k * slice] === own) same++;
    if (2 * same >= last - first + 1) continue;
    votes.fill(0);
    for (let k = first; k <= last; k++) {
      const label = labels[i + k * slice] as number;
      votes[label] = (votes[label] as number) + 1;
    }
    let best = own;
    for (let label = 1; label < votes.length; label++) {
      const sameSide = sideOfLabel[label] === sideOfLabel[own];
      if (sameSide && (votes[label] as number) > (votes[best] as number)) best = label;
    }
    out[i] = best;
  }
  return out;
}

/** Clears the pieces of a lobe that are small against its largest one, and says whether there were any. */
function dropIslands(labels: Uint8Array, shape: Shape3, label: number, box: Box): boolean {
  const lobe = crop(labels, shape, box);
  for (let i = 0; i < lobe.length; i++) lobe[i] = lobe[i] === label ? 1 : 0;
  const { runs, numbers, sizes } = findComponents(lobe, boxShape(box));
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const isIsland = Array.from(sizes, (size, piece) => piece !== 0 && size < islandFraction * largest);
  if (!isIsland.includes(true)) return false;
  for (let run = 0; run < numbers.length; run++) {
    if (isIsland[numbers[run] as number] !== true) continue;
    const start = runs[2 * run] as number;
    const at = inWhole(start, shape, box);
    labels.fill(0, at, at + (runs[2 * run + 1] as number) - start);
  }
  return true;
}
