import { boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { labelComponents } from '../../volume/components.ts';
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
  for (let label = 1; label <= lobes.length; label++) {
    if (dropIslands(settled, shape, label)) anyDropped = true;
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
    const z = Math.floor(i / slice);
    const first = Math.max(0, z - reach) - z;
    const last = Math.min(depth - 1, z + reach) - z;
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
function dropIslands(labels: Uint8Array, shape: Shape3, label: number): boolean {
  const lobe = labels.map((value) => (value === label ? 1 : 0));
  const box = boundingBox(lobe, shape);
  if (box === undefined) return false;
  const pieces = labelComponents(crop(lobe, shape, box), boxShape(box));
  const largest = pieces.sizes.reduce((a, b) => Math.max(a, b), 0);
  const isIsland = Array.from(pieces.sizes, (size, piece) => piece !== 0 && size < islandFraction * largest);
  if (!isIsland.includes(true)) return false;
  eachRow(shape, box, (at, inBox, length) => {
    for (let i = 0; i < length; i++) if (isIsland[pieces.labels[inBox + i] as number]) labels[at + i] = 0;
  });
  return true;
}
