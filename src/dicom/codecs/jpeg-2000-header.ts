import { fewestPackets } from './jpeg-2000-packets.ts';
import { incompleteTiles } from './jpeg-2000-tiles.ts';

/** What the main header of a JPEG 2000 code stream claims (ITU-T T.800 A.5.1). */
export interface Jpeg2000Header {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly precision: number;
  readonly isSigned: boolean;
  /** Blocks are coded as in ITU-T T.814 (HTJ2K). */
  readonly isHighThroughput: boolean;
}

const soc = 0xff4f;
const siz = 0xff51;
const cap = 0xff50;
const cod = 0xff52;
const coc = 0xff53;
const sot = 0xff90;
/** SOC, and SIZ of one component. */
const smallest = 2 + 2 + 41;

/**
 * Reads the main header and walks the tile-parts to the end of the code stream, so that its size is known and
 * nothing is missing before a decoder allocates for it. Gives a sentence's end instead where the stream is
 * not whole.
 */
export function readJpeg2000Header(stream: Uint8Array): Jpeg2000Header | string {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const begins = stream.length >= smallest && view.getUint16(0) === soc && view.getUint16(2) === siz;
  if (!begins) return 'it does not begin with SOC and SIZ';
  const tiles = tileCount(view);
  if (tiles === undefined) return 'its grid of samples or tiles is broken';
  const rows = view.getUint32(12) - view.getUint32(20);
  const columns = view.getUint32(8) - view.getUint32(16);
  let isHighThroughput = false;
  let packets: number | undefined;
  let position = 2;
  for (;;) {
    if (position + 4 > stream.length) return 'it is cut off in its main header';
    const marker = view.getUint16(position);
    if (marker === sot) break;
    const end = position + 2 + view.getUint16(position + 2);
    if (marker < 0xff00 || end < position + 4) return 'its main header is broken';
    if (end > stream.length) return 'it is cut off in its main header';
    // Pcap 15 (T.814 A.3.2).
    if (marker === cap && end >= position + 8)
      isHighThroughput = (view.getUint32(position + 4) & 0x2_0000) !== 0;
    if (marker === cod) packets = fewestPackets(view, position, { rows, columns });
    // It would overrule COD for the one component there is.
    if (marker === coc) return 'it says twice how it is coded';
    position = end;
  }
  if (packets === undefined) return 'it does not say how it is coded';
  if (packets > stream.length) return 'it declares more packets than it has bytes';
  const incomplete = incompleteTiles(stream, position, tiles);
  if (incomplete !== undefined) return incomplete;
  const depth = view.getUint8(42);
  return {
    rows,
    columns,
    components: view.getUint16(40),
    precision: (depth & 0x7f) + 1,
    isSigned: depth >= 0x80,
    isHighThroughput,
  };
}

/** Tiles of the reference grid (T.800 B.3); undefined where it cannot be, or samples are not one to one. */
function tileCount(view: DataView): number | undefined {
  const along = (size: number, offset: number, tile: number, tileOffset: number) => {
    const covers = tile > 0 && size > offset && tileOffset <= offset && tileOffset + tile > offset;
    return covers ? Math.ceil((size - tileOffset) / tile) : 0;
  };
  const word = (index: number) => view.getUint32(8 + 4 * index);
  const tiles = along(word(0), word(2), word(4), word(6)) * along(word(1), word(3), word(5), word(7));
  const oneToOne = view.getUint8(43) === 1 && view.getUint8(44) === 1;
  return oneToOne && tiles >= 1 && tiles <= 65_535 ? tiles : undefined;
}
