import { convexHulls } from '../../volume/convex-hulls.ts';
import { open } from '../../volume/morphology.ts';
import type { Shape3 } from '../../volume/types.ts';
import type { WorkGrid } from './work-grid.ts';

/** Consolidation and fluid, not fat, not bone (mean HU of a block). */
const denseHu = { min: -320, max: 120 };
/** Thinner than twice this, a dent in the chest wall's inner contour is a rib or muscle (mm). */
const thinMm = 4;
/** Rays from the middle of a slice. */
const angles = 360;

/**
 * What is dense between the aerated part of one lung and the chest wall's inner contour: inside the lung's
 * convex outline in axial slices and in sagittal or coronal ones, with lung nearer and no lung farther on the
 * ray from the middle of the body. The diaphragm has lung farther out, the heart none nearer; a rib is thin.
 * PIPELINE.md 3: such consolidation belongs to the lung.
 */
export function costalFill(
  { hu, shape, spacingMm }: Pick<WorkGrid, 'hu' | 'shape' | 'spacingMm'>,
  lung: Uint8Array,
  body: Uint8Array,
  middle: readonly [y: number, x: number],
): Uint8Array {
  const hulls = convexHulls(lung, shape);
  const fill = new Uint8Array(lung.length);
  for (let i = 0; i < fill.length; i++) {
    const value = hu[i] as number;
    const inHulls = ((hulls[i] as number) & 1) !== 0 && (hulls[i] as number) > 1;
    if (inHulls && lung[i] === 0 && body[i] !== 0 && value > denseHu.min && value < denseHu.max) fill[i] = 1;
  }
  dropCovered(lung, fill, shape, spacingMm[1], spacingMm[2], middle);
  return open(fill, shape, spacingMm, thinMm);
}

/** Takes away from `fill` what has lung farther out, or none nearer, on the ray from the middle of its slice. */
function dropCovered(
  lung: Uint8Array,
  fill: Uint8Array,
  [depth, height, width]: Shape3,
  mmY: number,
  mmX: number,
  [middleY, middleX]: readonly [number, number],
): void {
  const farthest = new Float32Array(angles);
  const nearest = new Float32Array(angles);
  for (let z = 0; z < depth; z++) {
    farthest.fill(0);
    nearest.fill(Infinity);
    const slice = z * height * width;
    const polar = (i: number): readonly [number, number] => {
      const dy = (Math.floor((i - slice) / width) - middleY) * mmY;
      const dx = (((i - slice) % width) - middleX) * mmX;
      return [Math.floor((Math.atan2(dy, dx) / Math.PI + 1) * (angles / 2)) % angles, dy * dy + dx * dx];
    };
    for (let i = slice; i < slice + height * width; i++) {
      if (lung[i] === 0) continue;
      const [angle, radius] = polar(i);
      if (radius > (farthest[angle] as number)) farthest[angle] = radius;
      if (radius < (nearest[angle] as number)) nearest[angle] = radius;
    }
    for (let i = slice; i < slice + height * width; i++) {
      if (fill[i] === 0) continue;
      const [angle, radius] = polar(i);
      if (radius < (farthest[angle] as number) || radius < (nearest[angle] as number)) fill[i] = 0;
    }
  }
}
