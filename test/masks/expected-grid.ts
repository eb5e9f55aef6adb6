import type { VolumeGrid } from '../../src/masks/place-mask.ts';
import type { Shape3, SpacingMm, Vec3 } from '../../src/volume/types.ts';
import expected from './fixtures/expected.json' with { type: 'json' };

/** The grid that the fixtures were made on, straight or tilted. */
export function expectedGrid(name: 'straight' | 'tilted'): VolumeGrid {
  const { x, y, z } = expected.directions[name];
  return {
    shape: expected.shape as unknown as Shape3,
    spacingMm: expected.spacingMm as unknown as SpacingMm,
    originMm: expected.originMm as unknown as Vec3,
    direction: { x: x as unknown as Vec3, y: y as unknown as Vec3, z: z as unknown as Vec3 },
  };
}
