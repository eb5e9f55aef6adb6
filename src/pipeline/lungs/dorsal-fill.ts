import { findComponents } from '../../volume/components.ts';
import { open } from '../../volume/morphology.ts';
import { type Shape3, type SpacingMm, voxelMl } from '../../volume/types.ts';
import { lungNearer } from './lung-on-rays.ts';

/** Aorta and spine run through the whole chest; consolidation is not so tall (mm). */
const tallMm = 110;
/** Thinner than twice this, what is dense is a vessel or pleura (mm). */
const thinMm = 5;
/** Smaller pieces are the hilum and its vessels (mL). */
const leastMl = 20;
/** Consolidation has lung nearer to the middle for at least this part of it, heart and aorta hardly any. */
const leastNearer = 0.1;

/**
 * Consolidation of a lower lobe that touches the mediastinum: what is dense above the diaphragm, behind the
 * middle of the lungs, and has lung on its inner side too. In front of the middle the heart fills the hulls.
 *
 * @param above what is dense inside the hulls and above the diaphragm
 * @param rays as `lungOnRays` gives them
 */
export function dorsalFill(
  above: Uint8Array,
  rays: Uint8Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  middleY: number,
): Uint8Array {
  const [, height, width] = shape;
  const behind = above.slice();
  const inFront = Math.max(0, Math.floor(middleY) + 1) * width;
  for (let start = 0; start < behind.length; start += height * width) behind.fill(0, start, start + inFront);
  dropTall(behind, shape, spacingMm[0]);
  const opened = open(behind, shape, spacingMm, thinMm);
  const { runs, numbers, sizes } = findComponents(opened, shape);
  const nearer = new Int32Array(sizes.length);
  for (let run = 0; run < numbers.length; run++) {
    const end = runs[2 * run + 1] as number;
    let count = 0;
    for (let i = runs[2 * run] as number; i < end; i++) count += (rays[i] as number) & lungNearer;
    const label = numbers[run] as number;
    nearer[label] = (nearer[label] as number) + count;
  }
  const fewest = leastMl / voxelMl(spacingMm);
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const size = sizes[label] as number;
    if (size >= fewest && (nearer[label] as number) >= leastNearer * size) continue;
    opened.fill(0, runs[2 * run] as number, runs[2 * run + 1] as number);
  }
  return opened;
}

/** Clears the vertical runs that are as tall as the chest. */
function dropTall(mask: Uint8Array, [depth, height, width]: Shape3, mmZ: number): void {
  const slice = height * width;
  for (let column = 0; column < slice; column++) {
    for (let z = 0; z < depth; z++) {
      let end = z;
      while (end < depth && mask[end * slice + column] !== 0) end++;
      if ((end - z) * mmZ >= tallMm) for (let k = z; k < end; k++) mask[k * slice + column] = 0;
      z = end;
    }
  }
}
