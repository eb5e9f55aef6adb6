import { tissueHu } from './body-mask.ts';
import { costalFill } from './costal-fill.ts';
import { denseInHulls } from './dense-in-hulls.ts';
import { fitDiaphragm } from './diaphragm.ts';
import { dorsalFill } from './dorsal-fill.ts';
import { lungNearer, lungOnRays } from './lung-on-rays.ts';
import type { WorkGrid } from './work-grid.ts';

type Part = Pick<WorkGrid, 'hu' | 'shape' | 'spacingMm'>;

/** How far the dome strays from its smooth surface (mm). */
const clearOfDiaphragmMm = 6;

/**
 * Adds to one lung the dense disease that reaches its surface: what is dense in its hulls and can be told from
 * diaphragm, heart and great vessels. PIPELINE.md 3: it belongs to the lung.
 *
 * @param middle of both lungs in a slice
 * @returns a mask of what may be disease by its place, added or not
 */
export function addConsolidation(
  part: Part,
  lung: Uint8Array,
  body: Uint8Array,
  middle: readonly [y: number, x: number],
): Uint8Array {
  const { shape, spacingMm } = part;
  const dense = denseInHulls(part, lung, body);
  const rays = lungOnRays(lung, dense, shape, spacingMm, middle);
  const costal = costalFill(dense, rays, shape, spacingMm);
  const above = aboveDiaphragm(part, lung, dense);
  const dorsal = dorsalFill(above, rays, shape, spacingMm, middle[0]);
  for (let i = 0; i < lung.length; i++) if (costal[i] !== 0 || dorsal[i] !== 0) lung[i] = 1;
  for (let i = 0; i < above.length; i++) above[i] = (above[i] as number) & (rays[i] as number) & lungNearer;
  return above;
}

/** The part of `dense` that lies clear of the diaphragm under one lung; none where that is not to be seen. */
function aboveDiaphragm({ hu, shape, spacingMm }: Part, lung: Uint8Array, dense: Uint8Array): Uint8Array {
  const above = new Uint8Array(dense.length);
  const tissue = new Uint8Array(dense.length);
  for (let i = 0; i < tissue.length; i++) tissue[i] = lung[i] === 0 && (hu[i] as number) >= tissueHu ? 1 : 0;
  const diaphragm = fitDiaphragm(lung, tissue, shape, spacingMm);
  if (diaphragm === undefined) return above;
  const slice = shape[1] * shape[2];
  for (let start = 0; start < above.length; start += slice) {
    const heightMm = (start / slice) * spacingMm[0];
    for (let column = 0; column < slice; column++) {
      if (dense[start + column] === 0) continue;
      if (heightMm - (diaphragm[column] as number) > clearOfDiaphragmMm) above[start + column] = 1;
    }
  }
  return above;
}
