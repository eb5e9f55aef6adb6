import { convexHulls } from '../../volume/convex-hulls.ts';
import type { WorkGrid } from './work-grid.ts';

/** Consolidation and fluid, not fat, not bone (mean HU of a block). */
const denseHu = { min: -320, max: 120 };

/** In the axial hull and another one, or in the coronal and the sagittal only. */
export const inAxialHull = 1;
const inUprightHulls = 2;
/** The sums of `convexHulls` (1 axial, 2 coronal, 4 sagittal) in these terms. */
const inHulls = [0, 0, 0, inAxialHull, 0, inAxialHull, inUprightHulls, inAxialHull];

/**
 * What is dense and may be lung: inside the body, and in at least two of the three orientations inside one
 * lung's convex hull. Most of it is the dome of the diaphragm, heart and great vessels.
 */
export function denseInHulls(
  { hu, shape }: Pick<WorkGrid, 'hu' | 'shape'>,
  lung: Uint8Array,
  body: Uint8Array,
): Uint8Array {
  const hulls = convexHulls(lung, shape);
  const dense = new Uint8Array(lung.length);
  for (let i = 0; i < dense.length; i++) {
    const value = hu[i] as number;
    if (lung[i] !== 0 || body[i] === 0 || value <= denseHu.min || value >= denseHu.max) continue;
    dense[i] = inHulls[hulls[i] as number] as number;
  }
  return dense;
}
