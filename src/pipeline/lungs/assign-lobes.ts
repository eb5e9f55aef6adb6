import { spreadLabels } from '../../volume/spread-labels.ts';
import type { Shape3 } from '../../volume/types.ts';
import { lobes } from '../types.ts';
import { leftSide, rightSide, sideOfLabel } from './lung-sides.ts';

/**
 * A lobe (index in `lobes` + 1) for every voxel of the lungs, given as sides: the network's (0 for none) where
 * it agrees with the side, else that of the nearest such voxel inside the same lung. A side about which the
 * network says nothing is parted by plain geometry.
 */
export function assignLobes(sides: Uint8Array, network: Uint8Array, shape: Shape3): Uint8Array {
  const out = new Uint8Array(sides.length);
  for (const side of [rightSide, leftSide]) {
    const lung = new Uint8Array(sides.length);
    const seeds = new Uint8Array(sides.length);
    for (let i = 0; i < sides.length; i++) {
      if (sides[i] !== side) continue;
      lung[i] = 1;
      const label = network[i] as number;
      if (sideOfLabel[label] === side) seeds[i] = label;
    }
    const spread = spreadLabels(seeds, lung, shape);
    const parted = geometricLobes(lung, shape, side);
    for (let i = 0; i < sides.length; i++) {
      if (lung[i] !== 0) out[i] = (spread[i] as number) || parted(i);
    }
  }
  return out;
}

const labelOf = (name: (typeof lobes)[number]) => lobes.indexOf(name) + 1;

/**
 * Lobes of one lung by textbook proportions of its bounding box: an oblique fissure that climbs from the
 * front of the base to 4/5 of the height at the back, and on the right a horizontal one at mid-height.
 */
function geometricLobes(lung: Uint8Array, shape: Shape3, side: number): (index: number) => number {
  const [depth, height, width] = shape;
  const slice = height * width;
  let [z0, z1, y0, y1] = [depth, 0, height, 0];
  for (let i = 0; i < lung.length; i++) {
    if (lung[i] === 0) continue;
    const z = Math.floor(i / slice);
    const y = Math.floor((i % slice) / width);
    z0 = Math.min(z0, z);
    z1 = Math.max(z1, z);
    y0 = Math.min(y0, y);
    y1 = Math.max(y1, y);
  }
  return (index) => {
    const up = (Math.floor(index / slice) - z0) / Math.max(1, z1 - z0);
    const back = (Math.floor((index % slice) / width) - y0) / Math.max(1, y1 - y0);
    const aboveOblique = up > 0.8 * back;
    if (side === leftSide) return aboveOblique ? labelOf('LUL') : labelOf('LLL');
    if (!aboveOblique) return labelOf('RLL');
    return up > 0.5 ? labelOf('RUL') : labelOf('RML');
  };
}
