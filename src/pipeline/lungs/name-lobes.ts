import { boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { assignLobes } from './assign-lobes.ts';
import type { GridLobes } from './network-on-grid.ts';
import { smoothLobes } from './smooth-lobes.ts';
import type { WorkGrid } from './work-grid.ts';

/** The lobe (index in `lobes` + 1) of every voxel of the lungs, given as sides; 0 elsewhere. */
export function nameLobes({ shape, spacingMm }: WorkGrid, sides: Uint8Array, network: GridLobes): Uint8Array {
  const out = new Uint8Array(sides.length);
  const box = boundingBox(sides, shape);
  if (box === undefined) return out;
  const part = boxShape(box);
  const assigned = assignLobes(crop(sides, shape, box), crop(network.lobe, shape, box), part);
  const smooth = smoothLobes(assigned, part, spacingMm);
  eachRow(shape, box, (whole, inBox, length) => out.set(smooth.subarray(inBox, inBox + length), whole));
  return out;
}
