import { type Box, boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { labelComponents } from '../../volume/components.ts';
import { fillEnclosed } from '../../volume/fill-holes.ts';
import { close } from '../../volume/morphology.ts';
import { costalFill } from './costal-fill.ts';
import { leftSide, lungSides, rightSide } from './lung-sides.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import { type WorkGrid, workVoxelMl } from './work-grid.ts';

/** Dents in the outline up to twice this wide are vessels, nodules and consolidation at the wall (mm). */
const closeMm = 10;
/** A piece of lung smaller than this, away from the rest, is none (mL). */
const crumbMl = 5;

/**
 * Both lungs with what is dense in them, as sides (1 right, 2 left): everything inside the body that the
 * threshold or the network calls lung, each side filled up to the chest wall, closed and its holes filled,
 * without the airways. PIPELINE.md 3.
 */
export function uniteLungs(
  grid: WorkGrid,
  body: Uint8Array,
  airways: Uint8Array,
  aerated: Uint8Array,
  network: GridLobes,
): Uint8Array {
  const united = new Uint8Array(body.length);
  for (let i = 0; i < united.length; i++) {
    const lung = aerated[i] !== 0 || (network.lung[i] as number) >= likelyLung;
    united[i] = lung && body[i] !== 0 && airways[i] === 0 ? 1 : 0;
  }
  dropCrumbs(grid, united);
  const sides = lungSides(grid, united, aerated, network);
  const both = boundingBox(sides, grid.shape);
  if (both === undefined) return sides;
  const filled = sides.slice();
  for (const side of [rightSide, leftSide]) fillSide(grid, body, sides, filled, side, both);
  for (let i = 0; i < filled.length; i++) if (body[i] === 0 || airways[i] !== 0) filled[i] = 0;
  return filled;
}

function dropCrumbs(grid: WorkGrid, lungs: Uint8Array): void {
  const { labels, sizes } = labelComponents(lungs, grid.shape);
  const fewest = crumbMl / workVoxelMl(grid);
  for (let i = 0; i < lungs.length; i++) {
    const label = labels[i] as number;
    if (label !== 0 && (sizes[label] as number) < fewest) lungs[i] = 0;
  }
}

/** Adds to `filled` what one side gains by its dense parts, closing and holes, never at the other side's cost. */
function fillSide(
  { hu, shape, spacingMm }: WorkGrid,
  body: Uint8Array,
  sides: Uint8Array,
  filled: Uint8Array,
  side: number,
  both: Box,
): void {
  const whole = new Uint8Array(sides.length);
  for (let i = 0; i < whole.length; i++) whole[i] = sides[i] === side ? 1 : 0;
  const box = boundingBox(whole, shape, 1);
  if (box === undefined) return;
  const part = { hu: crop(hu, shape, box), shape: boxShape(box), spacingMm };
  const lung = crop(whole, shape, box);
  const middle = [1, 2].map((axis) => ((both.start[axis] as number) + (both.end[axis] as number) - 1) / 2);
  const dense = costalFill(part, lung, crop(body, shape, box), [
    (middle[0] as number) - box.start[1],
    (middle[1] as number) - box.start[2],
  ]);
  for (let i = 0; i < lung.length; i++) if (dense[i] !== 0) lung[i] = 1;
  const gained = fillEnclosed(close(lung, part.shape, spacingMm, closeMm), part.shape);
  eachRow(shape, box, (at, inBox, length) => {
    for (let i = 0; i < length; i++) {
      if (gained[inBox + i] !== 0 && filled[at + i] === 0) filled[at + i] = side;
    }
  });
}
