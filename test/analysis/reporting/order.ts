import type { DrawOrder } from '../../../src/analysis/reporting/reporter-protocol.ts';
import { measureInvolvement } from '../../../src/pipeline/involvement.ts';
import { labelsOf, volumeOf } from '../../support/small-volume.ts';

/**
 * A chest of 12 x 60 x 80 voxels on an oblique table: one box of each lobe, air in them but for one opacity, and HU
 * that tell one voxel from another.
 */
export function drawOrder(kinds: DrawOrder['wanted']['kinds'] = ['png']): DrawOrder {
  const shape = [12, 60, 80] as const;
  const isLung = (z: number, y: number, x: number) =>
    z >= 4 && z < 8 && y >= 25 && y < 35 && x >= 30 && x < 50;
  const isOpacity = (z: number, y: number, x: number) => z === 5 && y >= 28 && y < 31 && x >= 32 && x < 36;
  const volume = {
    ...volumeOf(shape, [2, 1, 1], (z, y, x) =>
      isOpacity(z, y, x) ? -301 : isLung(z, y, x) ? -850 + y - x : 3000 - 350 * z,
    ),
    originMm: [10, 20, 30],
    // By the triangle 3-4-5.
    direction: { x: [0.8, 0.6, 0], y: [-0.6, 0.8, 0], z: [0, 0, 1] },
  } as const;
  const masks = {
    lobes: labelsOf(shape, (z, y, x) => (isLung(z, y, x) ? 1 + ((x - 30) >> 2) : 0)),
    opacities: labelsOf(shape, (z, y, x) => Number(isOpacity(z, y, x))),
  };
  return {
    volume,
    masks,
    ...measureInvolvement(masks, volume.spacingMm, 0),
    wanted: { kinds, objects: [] },
  };
}
