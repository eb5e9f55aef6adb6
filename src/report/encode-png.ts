import { promisify } from 'node:util';
import { crc32, deflate, deflateSync } from 'node:zlib';
import type { Picture } from './picture.ts';

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
/** Colour types of IHDR. */
const colourTypes = { true: 2, indexed: 3 } as const;
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
  const file = unpacked(picture);
  return pack(file, deflateSync(file.rows, { level }));
}

/** The same file, packed by a thread of libuv's while the caller goes on. */
export async function encodePngMeanwhile(picture: Picture): Promise<Uint8Array> {
  const file = unpacked(picture);
  return pack(file, await deflateMeanwhile(file.rows, { level }));
}

const deflateMeanwhile = promisify<Uint8Array, { readonly level: number }, Uint8Array>(deflate);

/** A file before its rows are packed. */
interface Unpacked {
  readonly head: Uint8Array;
  readonly palette: Uint8Array;
  readonly rows: Uint8Array;
}

function unpacked(picture: Picture): Unpacked {
  const indexed = fewColours(picture);
  return indexed === undefined ? trueColour(picture) : inColours(picture, indexed);
}

/** Of an indexed picture: its colours, the darkest red first, and which of them each pixel has. */
interface Indexed {
  readonly colours: readonly number[];
  /** Indices into `found`, the colours in the order in which they are met. */
  readonly pixels: Uint8Array;
  readonly found: readonly number[];
}

/** Room for 256 colours with many gaps between them, so that one is found at the first look. */
const slots = 4096;

/**
 * The picture by its colours, where they are at most 256. A table with open addressing: a Set and a Map of numbers took
 * a quarter of the time that the whole file takes.
 */
function fewColours({ width, height, data }: Picture): Indexed | undefined {
  const found: number[] = [];
  const pixels = new Uint8Array(width * height);
  const keys = new Int32Array(slots).fill(-1);
  const indices = new Uint8Array(slots);
  for (let i = 0, p = 0; i < pixels.length; i++, p += 3) {
    const colour = ((data[p] as number) << 16) | ((data[p + 1] as number) << 8) | (data[p + 2] as number);
    // Knuth's multiplicative hash, of which the upper bits are the best mixed.
    let slot = Math.imul(colour, 0x9e3779b1) >>> 20;
    while (keys[slot] !== colour) {
      if (keys[slot] === -1) {
        if (found.length === 256) return undefined;
        keys[slot] = colour;
        indices[slot] = found.length;
        found.push(colour);
        break;
      }
      slot = (slot + 1) % slots;
    }
    pixels[i] = indices[slot] as number;
  }
  return { colours: found.toSorted((a, b) => a - b), pixels, found };
}

function inColours({ width, height }: Picture, { colours, pixels, found }: Indexed): Unpacked {
  const order = Uint8Array.from(found, (colour) => colours.indexOf(colour));
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0, i = 0; y < height; y++) {
    const end = (y + 1) * (width + 1);
    for (let at = y * (width + 1) + 1; at < end; at++) rows[at] = order[pixels[i++] as number] as number;
  }
  const palette = colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return {
    head: header(width, height, colourTypes.indexed),
    palette: chunk('PLTE', Uint8Array.from(palette)),
    rows,
  };
}

function trueColour({ width, height, data }: Picture): Unpacked {
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
  return { head: header(width, height, colourTypes.true), palette: new Uint8Array(0), rows };
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

function pack({ head, palette }: Unpacked, packed: Uint8Array): Uint8Array {
  return Buffer.concat([signature, head, palette, chunk('IDAT', packed), chunk('IEND', new Uint8Array(0))]);
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
