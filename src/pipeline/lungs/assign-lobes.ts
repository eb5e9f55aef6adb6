import { boxShape, crop, eachRow } from '../../volume/box.ts';
import { labelBoxes } from '../../volume/label-boxes.ts';
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
  const boxes = labelBoxes(sides, shape);
  for (const side of [rightSide, leftSide]) {
    const box = boxes.get(side);
    if (box === undefined) continue;
    const part = boxShape(box);
    const lung = crop(sides, shape, box);
    const seeds = crop(network, shape, box);
    for (let i = 0; i < lung.length; i++) {
      if (lung[i] !== side) lung[i] = 0;
      if (lung[i] === 0 || sideOfLabel[seeds[i] as number] !== side) seeds[i] = 0;
    }
    const spread = spreadLabels(seeds, lung, part);
    const parted = geometricLobes(part, side);
    eachRow(shape, box, (at, inBox, length) => {
      for (let i = 0; i < length; i++) {
        if (lung[inBox + i] !== 0) out[at + i] = (spread[inBox + i] as number) || parted(inBox + i);
      }
    });
  }
  return out;
}

const labelOf = (name: (typeof lobes)[number]) => lobes.indexOf(name) + 1;

/**
 * Lobes of one lung by textbook proportions of its bounding box, whose shape is given: an oblique fissure that climbs
 * from the front of the base to 4/5 of the height at the back, and on the right a horizontal one at mid-height.
 */
function geometricLobes([depth, height, width]: Shape3, side: number): (index: number) => number {
  const slice = height * width;
  return (index) => {
    const up = Math.floor(index / slice) / Math.max(1, depth - 1);
    const back = Math.floor((index % slice) / width) / Math.max(1, height - 1);
    const aboveOblique = up > 0.8 * back;
    if (side === leftSide) return aboveOblique ? labelOf('LUL') : labelOf('LLL');
    if (!aboveOblique) return labelOf('RLL');
    return up > 0.5 ? labelOf('RUL') : labelOf('RML');
  };
}
