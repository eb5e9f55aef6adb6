import { type BitRows, invertRows } from '../../volume/bit-rows.ts';
import { componentsOfRuns, type RunComponents } from '../../volume/components.ts';
import { fillHolesInSlices } from '../../volume/fill-holes.ts';
import { runsOfBits } from '../../volume/mask-runs.ts';
import type { Shape3 } from '../../volume/types.ts';
import type { WorkGrid } from './work-grid.ts';

/** In the body mask: what the outer air had got into, and was given back for looking like lung. */
export const givenBack = 2;
/** A chest wall that the field of view cuts thin is no longer than twice this (mm). */
const wallMm = 40;
/** Lung behind a wall that the outer air got through: larger than this in a slice, and no free air (mean HU). */
const lungAreaMm2 = 1000;
const freeAirHu = -950;

/**
 * Gives back the lungs where the outer air has run into them: through an open mouth, or a chest wall that the
 * field of view cuts thin. Slice by slice, what the body and its thin walls enclose and is denser than air;
 * what table or mattress enclose is foam.
 *
 * @param body tissue of the patient: no voxel of it is `air`
 * @param inside of the body, 1 or 0: what is neither body nor reached by the outer air in three dimensions is whole
 *   in it or whole outside; what is given back becomes `givenBack`
 */
export function reclaimLungs(
  { hu, shape, spacingMm }: Pick<WorkGrid, 'hu' | 'shape' | 'spacingMm'>,
  air: BitRows,
  body: BitRows,
  inside: Uint8Array,
): void {
  const [, height, width] = shape;
  const size = height * width;
  const plane: Shape3 = [1, height, width];
  const fewest = lungAreaMm2 / (spacingMm[1] * spacingMm[2]);
  const steps = Math.round(wallMm / spacingMm[2]);
  for (const z of slicesWithLost(air, inside, fewest)) {
    const from = z * size;
    const inSlice = inside.subarray(from, from + size);
    const free = withThinWalls(rowsOfSlice(air, z), rowsOfSlice(body, z), steps);
    invertRows(free);
    const pieces = componentsOfRuns(runsOfBits(free), plane);
    const isLost = lostPieces(pieces, plane, inSlice, fewest);
    const sums = sumsOf(pieces, hu.subarray(from, from + size));
    const { runs, numbers, sizes } = pieces;
    const lung = new Uint8Array(size);
    for (let run = 0; run < numbers.length; run++) {
      const piece = numbers[run] as number;
      const isLung = isLost[piece] === 1 && (sums[piece] as number) > freeAirHu * (sizes[piece] as number);
      if (isLung) lung.fill(1, runs[2 * run] as number, runs[2 * run + 1] as number);
    }
    const filled = fillHolesInSlices(lung, plane);
    for (let i = 0; i < size; i++) if (filled[i] !== 0 && inSlice[i] === 0) inSlice[i] = givenBack;
  }
}

/** The slices in which tissue encloses a piece of outer air that is large enough for a lung. */
function slicesWithLost(air: BitRows, inside: Uint8Array, fewest: number): ReadonlySet<number> {
  const pieces = componentsOfRuns(runsOfBits(air), air.shape, 'rows');
  const isLost = lostPieces(pieces, air.shape, inside, fewest);
  const slices = new Set<number>();
  const size = air.shape[1] * air.shape[2];
  pieces.numbers.forEach((piece, run) => {
    if (isLost[piece] === 1) slices.add(Math.floor((pieces.runs[2 * run] as number) / size));
  });
  return slices;
}

/** 1 for the pieces, of single slices, that do not reach the sides of their slice, lie outside and are large enough. */
function lostPieces(
  { runs, numbers, sizes, count }: RunComponents,
  [, height, width]: Shape3,
  inside: Uint8Array,
  fewest: number,
): Uint8Array {
  const isLost = new Uint8Array(count + 1).fill(1);
  isLost[0] = 0;
  for (let run = 0; run < numbers.length; run++) {
    const piece = numbers[run] as number;
    if (isLost[piece] === 0) continue;
    const start = runs[2 * run] as number;
    const row = Math.floor(start / width);
    const y = row % height;
    const atSide =
      y === 0 || y === height - 1 || start === row * width || runs[2 * run + 1] === (row + 1) * width;
    if (atSide || inside[start] !== 0 || (sizes[piece] as number) < fewest) isLost[piece] = 0;
  }
  return isLost;
}

/** The sum of the values of each piece, by its number. */
function sumsOf({ runs, numbers, count }: RunComponents, values: Int16Array): Float64Array {
  const sums = new Float64Array(count + 1);
  for (let run = 0; run < numbers.length; run++) {
    let sum = 0;
    for (let i = runs[2 * run] as number; i < (runs[2 * run + 1] as number); i++) sum += values[i] as number;
    const piece = numbers[run] as number;
    sums[piece] = (sums[piece] as number) + sum;
  }
  return sums;
}

function rowsOfSlice({ words, shape, wordsPerRow }: BitRows, z: number): BitRows {
  const length = shape[1] * wordsPerRow;
  return { words: words.subarray(z * length, (z + 1) * length), shape: [1, shape[1], shape[2]], wordsPerRow };
}

/**
 * The body in one slice with the tissue that is attached to it within so many steps from voxel to voxel, walls too
 * thin to be its own.
 */
function withThinWalls(air: BitRows, body: BitRows, steps: number): BitRows {
  const tissue: BitRows = { ...air, words: air.words.slice() };
  invertRows(tissue);
  let walls = body.words.slice();
  for (let step = 0; step < steps; step++) {
    const grown = grownInto(tissue, walls);
    if (grown.every((word, i) => word === walls[i])) break;
    walls = grown;
  }
  return { ...body, words: walls };
}

/** Bits with those beside, above and below them in a slice that are set in `within`. */
function grownInto({ words: within, wordsPerRow }: BitRows, words: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(words.length);
  for (let row = 0; row < words.length; row += wordsPerRow) {
    for (let at = row; at < row + wordsPerRow; at++) {
      const here = words[at] as number;
      const before = at > row ? (words[at - 1] as number) : 0;
      const after = at + 1 < row + wordsPerRow ? (words[at + 1] as number) : 0;
      // Beyond the first and the last row there is nothing.
      const beside = (here << 1) | (before >>> 31) | (here >>> 1) | (after << 31);
      const around = beside | (words[at - wordsPerRow] ?? 0) | (words[at + wordsPerRow] ?? 0);
      grown[at] = here | (around & (within[at] as number));
    }
  }
  return grown;
}
