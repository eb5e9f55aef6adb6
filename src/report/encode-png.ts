import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from './picture.ts';

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
/** Colour types of IHDR. */
const trueColour = 2;
const indexedColour = 3;
const filterNone = 0;
const filterUp = 2;
/** Beyond it a file of noise gets no smaller, but takes twice as long. */
const level = 6;

/**
 * A picture as a PNG file (W3C PNG, third edition) without alpha: one byte a pixel and a palette where it has at most
 * 256 colours, else three. Lossless. Only the rows of renderings, where shades change slowly, are filtered: the noise
 * of a CT is smaller without.
 */
export function encodePng(picture: Picture): Uint8Array {
  const colours = fewColours(picture);
  return colours === undefined ? encodeTrueColour(picture) : encodeIndexed(picture, colours);
}

/** All colours, the darkest red first, where they are at most 256. */
function fewColours({ data }: Picture): readonly number[] | undefined {
  const found = new Set<number>();
  let last = -1;
  for (let p = 0; p < data.length; p += 3) {
    const colour = packedAt(data, p);
    if (colour === last) continue;
    last = colour;
    found.add(colour);
    if (found.size > 256) return undefined;
  }
  return [...found].sort((a, b) => a - b);
}

/** Red, green and blue as one number. */
function packedAt(data: Uint8Array, p: number): number {
  return ((data[p] as number) << 16) | ((data[p + 1] as number) << 8) | (data[p + 2] as number);
}

function encodeIndexed({ width, height, data }: Picture, colours: readonly number[]): Uint8Array {
  const indices = new Map(colours.map((colour, index) => [colour, index]));
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0, at = y * (width + 1) + 1; x < width; x++, at++, p += 3) {
      rows[at] = indices.get(packedAt(data, p)) as number;
    }
  }
  const palette = colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return file(header(width, height, indexedColour), rows, chunk('PLTE', Uint8Array.from(palette)));
}

function encodeTrueColour({ width, height, data }: Picture): Uint8Array {
  const length = 3 * width;
  const rows = new Uint8Array(height * (length + 1));
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * length, (y + 1) * length);
    const to = y * (length + 1);
    const isFiltered = y > 0 && isColourful(row);
    rows[to] = isFiltered ? filterUp : filterNone;
    rows.set(row, to + 1);
    if (!isFiltered) continue;
    for (let i = 0; i < length; i++) {
      rows[to + 1 + i] = (row[i] as number) - (data[(y - 1) * length + i] as number);
    }
  }
  return file(header(width, height, trueColour), rows);
}

/** Whether a row is of a rendering rather than of a CT: more than a quarter of it is not grey. */
function isColourful(row: Uint8Array): boolean {
  let coloured = 0;
  for (let p = 0; p < row.length; p += 3) {
    if (row[p] !== row[p + 1] || row[p] !== row[p + 2]) coloured++;
  }
  return coloured * 12 > row.length;
}

function header(width: number, height: number, colourType: number): Uint8Array {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  // Eight bits a sample; the only compression and filter method; not interlaced.
  content.set([8, colourType, 0, 0, 0], 8);
  return chunk('IHDR', content);
}

function file(head: Uint8Array, rows: Uint8Array, palette: Uint8Array = new Uint8Array(0)): Uint8Array {
  const data = chunk('IDAT', deflateSync(rows, { level }));
  return Buffer.concat([signature, head, palette, data, chunk('IEND', new Uint8Array(0))]);
}

/** Length, name, content, and the checksum of name and content. */
function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}
