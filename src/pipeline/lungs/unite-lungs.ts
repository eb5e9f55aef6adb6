import { type Box, boundingBox, boxShape, crop, eachRow, widen } from '../../volume/box.ts';
import { findComponents } from '../../volume/components.ts';
import { countLabels } from '../../volume/count-labels.ts';
import { fillEnclosed } from '../../volume/fill-holes.ts';
import { labelBoxes } from '../../volume/label-boxes.ts';
import { close, open } from '../../volume/morphology.ts';
import { voxelMl } from '../../volume/types.ts';
import { addConsolidation } from './add-consolidation.ts';
import { leftSide, lungSides, rightSide } from './lung-sides.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

export interface UnitedLungs {
  /** 0 outside the lungs, else 1 right or 2 left, [z, y, x]. */
  readonly sides: Uint8Array;
  /** What is dense between parts of the lungs, above the diaphragm, and still no part of them, mL. */
  readonly leftOutMl: number;
}

/** Dents in the outline up to twice this wide are vessels, nodules and consolidation at the wall (mm). */
const closeMm = 10;
/** A piece of lung smaller than this, away from the rest, is none (mL). */
const crumbMl = 5;
/** Half the width of the vessels and folds that lie between parts of a lung anyway (mm). */
const vesselMm = 4;

/**
 * Both lungs with what is dense in them, as sides (1 right, 2 left): everything inside the body that the
 * threshold or the network calls lung, each side filled up to the chest wall, closed and its holes filled,
 * without the airways. PIPELINE.md 3.
 *
 * @param pause - is called before each side, of which one takes a while; may throw
 */
export function uniteLungs(
  grid: WorkGrid,
  body: Uint8Array,
  airways: Uint8Array,
  aerated: Uint8Array,
  network: GridLobes,
  pause: () => void = () => {},
): UnitedLungs {
  const united = new Uint8Array(body.length);
  for (let i = 0; i < united.length; i++) {
    const lung = aerated[i] !== 0 || (network.lung[i] as number) >= likelyLung;
    united[i] = lung && body[i] !== 0 && airways[i] === 0 ? 1 : 0;
  }
  // The lungs fill less than half of the grid. The frame around them keeps them off the border of the box.
  const box = boundingBox(united, grid.shape, 1);
  if (box === undefined) return { sides: united, leftOutMl: 0 };
  const inBox = <T extends Uint8Array | Int16Array>(whole: T) => crop(whole, grid.shape, box);
  const { lung, lobe, side } = network;
  const inside = uniteInBox(
    { ...grid, hu: inBox(grid.hu), shape: boxShape(box) },
    inBox(united),
    inBox(body),
    inBox(airways),
    inBox(aerated),
    { lung: inBox(lung), lobe: inBox(lobe), ...(side === undefined ? {} : { side: inBox(side) }) },
    pause,
  );
  const sides = new Uint8Array(united.length);
  eachRow(grid.shape, box, (at, from, length) => sides.set(inside.sides.subarray(from, from + length), at));
  return { sides, leftOutMl: inside.leftOutMl };
}

function uniteInBox(
  grid: WorkGrid,
  united: Uint8Array,
  body: Uint8Array,
  airways: Uint8Array,
  aerated: Uint8Array,
  network: GridLobes,
  pause: () => void,
): UnitedLungs {
  dropCrumbs(grid, united);
  const sides = lungSides(grid, united, aerated, network);
  const both = boundingBox(sides, grid.shape);
  if (both === undefined) return { sides, leftOutMl: 0 };
  const filled = sides.slice();
  let leftOut = 0;
  const boxes = labelBoxes(sides, grid.shape);
  for (const side of [rightSide, leftSide]) {
    pause();
    const box = boxes.get(side);
    if (box !== undefined) leftOut += fillSide(grid, body, sides, filled, side, box, both);
  }
  for (let i = 0; i < filled.length; i++) if (body[i] === 0 || airways[i] !== 0) filled[i] = 0;
  return { sides: filled, leftOutMl: leftOut * voxelMl(grid.spacingMm) };
}

function dropCrumbs(grid: WorkGrid, lungs: Uint8Array): void {
  const { runs, numbers, sizes } = findComponents(lungs, grid.shape);
  const fewest = crumbMl / voxelMl(grid.spacingMm);
  for (let run = 0; run < numbers.length; run++) {
    const isCrumb = (sizes[numbers[run] as number] as number) < fewest;
    if (isCrumb) lungs.fill(0, runs[2 * run] as number, runs[2 * run + 1] as number);
  }
}

/**
 * Adds to `filled` what one side gains by its dense parts, closing and holes, never at the other side's cost.
 *
 * @param tight around the side
 * @param both around both sides
 * @returns voxels of what may be consolidation and was left out
 */
function fillSide(
  { hu, shape, spacingMm }: WorkGrid,
  body: Uint8Array,
  sides: Uint8Array,
  filled: Uint8Array,
  side: number,
  tight: Box,
  both: Box,
): number {
  const box = widen(tight, shape, 1);
  const part = { hu: crop(hu, shape, box), shape: boxShape(box), spacingMm };
  const middle = [1, 2].map((axis) => ((both.start[axis] as number) + (both.end[axis] as number) - 1) / 2);
  const lung = crop(sides, shape, box);
  for (let i = 0; i < lung.length; i++) lung[i] = lung[i] === side ? 1 : 0;
  const doubtful = addConsolidation(part, lung, crop(body, shape, box), [
    (middle[0] as number) - box.start[1],
    (middle[1] as number) - box.start[2],
  ]);
  const gained = fillEnclosed(close(lung, part.shape, spacingMm, closeMm), part.shape);
  eachRow(shape, box, (at, inBox, length) => {
    for (let i = 0; i < length; i++) {
      if (gained[inBox + i] !== 0 && filled[at + i] === 0) filled[at + i] = side;
      if (filled[at + i] !== 0) doubtful[inBox + i] = 0;
    }
  });
  return countLabels(open(doubtful, part.shape, spacingMm, vesselMm))[1] as number;
}
