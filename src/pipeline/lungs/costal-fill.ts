import { open } from '../../volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import { inAxialHull } from './dense-in-hulls.ts';
import { lungNearer } from './lung-on-rays.ts';

/** Thinner than twice this, a dent in the chest wall's inner contour is a rib or muscle (mm). */
const thinMm = 4;

/**
 * Consolidation between the aerated part of one lung and the chest wall's inner contour: what is dense inside
 * the lung's hulls, with lung nearer and no lung farther on the ray from the middle of the body. The heart has
 * none nearer, the dome of the diaphragm lung farther out; a rib is thin.
 *
 * @param dense as `denseInHulls` gives it; only what the axial hull holds too is filled
 * @param rays as `lungOnRays` gives them
 */
export function costalFill(
  dense: Uint8Array,
  rays: Uint8Array,
  shape: Shape3,
  spacingMm: SpacingMm,
): Uint8Array {
  const fill = new Uint8Array(dense.length);
  for (let i = 0; i < fill.length; i++) {
    if (dense[i] === inAxialHull && rays[i] === lungNearer) fill[i] = 1;
  }
  return open(fill, shape, spacingMm, thinMm);
}
