import type { Colour, Picture } from '../picture.ts';
import { greyLevel, greyLevels, greys } from './grey-levels.ts';

/** So many fit into a byte. */
const mostColours = 256;

/** Colours that are no greys are looked at in cells of so many steps of each channel. */
const cellBits = 3;
const perChannel = 256 >> cellBits;

/** Sums over the pixels of each cell: how many, and their channels. */
interface Cells {
  readonly count: Uint32Array;
  readonly sums: Float64Array;
}

/** Colours as bytes: red, green, blue, red and so on. */
type Palette = Uint8Array;

/**
 * A picture with at most 256 colours, so that a byte a pixel is enough for it. Greys become one of `greys`. Of the
 * others, of which soft edges make thousands, the most frequent stay, and the rest take the nearest that stays.
 *
 * @param pure what was drawn with; these stay
 */
export function reduceColours(picture: Picture, pure: readonly Colour[]): Picture {
  const cells = countColours(picture);
  const taken = new Set(pure.map(([red, green, blue]) => cellOf(red, green, blue)));
  const used = usedCells(cells);
  const kept = used
    .filter((cell) => !taken.has(cell))
    .toSorted((a, b) => (cells.count[b] as number) - (cells.count[a] as number) || a - b)
    .slice(0, mostColours - greyLevels - pure.length);
  const palette = Uint8Array.from([
    ...Array.from(greys).flatMap((grey) => [grey, grey, grey]),
    ...pure.flat(),
    ...kept.flatMap((cell) => meanOf(cells, cell)),
  ]);
  const chosen = new Uint8Array(cells.count.length);
  for (const cell of used) chosen[cell] = nearest(palette, meanOf(cells, cell));
  return recolour(picture, palette, chosen);
}

function countColours({ data }: Picture): Cells {
  const size = perChannel ** 3;
  const count = new Uint32Array(size);
  const sums = new Float64Array(3 * size);
  for (let p = 0; p < data.length; p += 3) {
    const red = data[p] as number;
    const green = data[p + 1] as number;
    const blue = data[p + 2] as number;
    if (red === green && green === blue) continue;
    const cell = cellOf(red, green, blue);
    count[cell] = (count[cell] as number) + 1;
    sums[3 * cell] = (sums[3 * cell] as number) + red;
    sums[3 * cell + 1] = (sums[3 * cell + 1] as number) + green;
    sums[3 * cell + 2] = (sums[3 * cell + 2] as number) + blue;
  }
  return { count, sums };
}

function usedCells({ count }: Cells): readonly number[] {
  const used: number[] = [];
  for (let cell = 0; cell < count.length; cell++) if (count[cell] !== 0) used.push(cell);
  return used;
}

function recolour({ width, height, data }: Picture, palette: Palette, chosen: Uint8Array): Picture {
  const out = new Uint8Array(data.length);
  for (let p = 0; p < data.length; p += 3) {
    const red = data[p] as number;
    const green = data[p + 1] as number;
    const blue = data[p + 2] as number;
    const isGrey = red === green && green === blue;
    const index = 3 * (isGrey ? greyLevel(red / 255) : (chosen[cellOf(red, green, blue)] as number));
    out[p] = palette[index] as number;
    out[p + 1] = palette[index + 1] as number;
    out[p + 2] = palette[index + 2] as number;
  }
  return { width, height, data: out };
}

function cellOf(red: number, green: number, blue: number): number {
  return ((red >> cellBits) * perChannel + (green >> cellBits)) * perChannel + (blue >> cellBits);
}

function meanOf({ count, sums }: Cells, cell: number): readonly [number, number, number] {
  const mean = (channel: number) =>
    Math.round((sums[3 * cell + channel] as number) / (count[cell] as number));
  return [mean(0), mean(1), mean(2)];
}

/** Index of the nearest colour, the first of equals. */
function nearest(palette: Palette, [red, green, blue]: readonly [number, number, number]): number {
  let best = 0;
  let least = Infinity;
  for (let p = 0; p < palette.length; p += 3) {
    const r = (palette[p] as number) - red;
    const g = (palette[p + 1] as number) - green;
    const b = (palette[p + 2] as number) - blue;
    const far = r * r + g * g + b * b;
    if (far < least) {
      best = p / 3;
      least = far;
    }
  }
  return best;
}
