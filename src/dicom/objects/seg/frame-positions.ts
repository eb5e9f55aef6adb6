import type { Vec3 } from '../../../volume/types.ts';
import { add, length, scale, subtract } from '../../vectors.ts';
import type { ObjectFacts } from '../object-facts.ts';

/**
 * Where the first voxel of each slice lies, mm (LPS). A slice holds the pixels of one image, only turned, so that it lies
 * as far from that image's own position as the volume's lowest slice does; the mean step of the volume would miss
 * unevenly rounded positions by a hair, and viewers compare them with those of the images.
 */
export function framePositions({ grid, sources }: Pick<ObjectFacts, 'grid' | 'sources'>): readonly Vec3[] {
  const { shape, originMm, spacingMm, direction } = grid;
  const lowest = sources[0]?.imagePositionPatient;
  const shift = lowest === undefined ? undefined : subtract(originMm, lowest);
  return Array.from({ length: shape[0] }, (_, z) => {
    const position = sources[z]?.imagePositionPatient;
    return position === undefined || shift === undefined
      ? add(originMm, scale(direction.z, z * spacingMm[0]))
      : add(position, shift);
  });
}

/** Whether the pixels of a frame are those of its image as it is stored, and not turned. */
export function isAsStored({ grid, sources }: Pick<ObjectFacts, 'grid' | 'sources'>): boolean {
  const [lowest] = sources;
  const { imagePositionPatient: position, imageOrientationPatient: orientation } = lowest ?? {};
  if (position === undefined || orientation === undefined) return false;
  const { originMm, direction } = grid;
  const isSame = (a: Vec3, b: Vec3) => length(subtract(a, b)) < 1e-3;
  return (
    isSame(position, originMm) &&
    isSame(orientation.row, direction.x) &&
    isSame(orientation.column, direction.y)
  );
}
