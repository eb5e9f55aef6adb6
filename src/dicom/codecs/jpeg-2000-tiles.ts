const sot = 0xff90;
const eoc = 0xffd9;
const sod = 0xff93;
const cod = 0xff52;
const coc = 0xff53;
/** SOT itself, and SOD. */
const smallestTilePart = 12 + 2;

/** Tile-parts of one tile: how many came, and how many there are to be, where one of them says so. */
interface TileParts {
  readonly seen: number;
  readonly declared: number;
}

/**
 * Walks the tile-parts of a JPEG 2000 code stream (ITU-T T.800 A.4.2) from the first SOT at `from`. Says
 * what is missing or does not fit, as a sentence's end; undefined where every tile has all its parts and the
 * last ends where the stream does.
 */
export function incompleteTiles(stream: Uint8Array, from: number, tiles: number): string | undefined {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const { end, hasEoc } = endOfStream(stream);
  const parts = new Map<number, TileParts>();
  let position = from;
  while (position < end) {
    if (position + smallestTilePart > end) return 'it is cut off in a tile-part';
    if (view.getUint16(position) !== sot || view.getUint16(position + 2) !== 10) {
      return 'its tile-parts do not follow one another';
    }
    const tile = view.getUint16(position + 4);
    // 0 in the last one: up to EOC, without which nothing tells the end.
    const untilEoc = hasEoc ? end - position : 0;
    const length = view.getUint32(position + 6) || untilEoc;
    if (length < smallestTilePart || length > end - position) return 'it is cut off in a tile-part';
    if (!hasPlainHeader(view, position + 12, position + length))
      return 'a tile-part of it has a broken header';
    const known = parts.get(tile) ?? { seen: 0, declared: 0 };
    const declared = view.getUint8(position + 11) || known.declared;
    if (tile >= tiles || view.getUint8(position + 10) !== known.seen)
      return 'its tile-parts are out of order';
    if (known.declared !== 0 && known.declared !== declared) return 'its tile-parts contradict one another';
    parts.set(tile, { seen: known.seen + 1, declared });
    position += length;
  }
  const isWhole = ({ seen, declared }: TileParts) => declared === 0 || seen === declared;
  if (parts.size !== tiles || ![...parts.values()].every(isWhole)) return 'tiles of it are missing';
  return undefined;
}

/**
 * Marker segments up to SOD. Coding of its own for a tile is allowed by T.800, seen nowhere in CT and a way
 * around the check of the main header's: it counts as broken [ours].
 */
function hasPlainHeader(view: DataView, from: number, end: number): boolean {
  let position = from;
  while (position + 2 <= end) {
    const marker = view.getUint16(position);
    if (marker === sod) return true;
    if (marker === cod || marker === coc || position + 4 > end) return false;
    position += 2 + view.getUint16(position + 2);
  }
  return false;
}

/**
 * Where EOC stands, a fragment being padded to an even length and by careless writers beyond. A stream
 * without it is left as it is: the last tile-part must then reach its very end.
 */
function endOfStream(stream: Uint8Array): { readonly end: number; readonly hasEoc: boolean } {
  let end = stream.length;
  while (end > 0 && stream[end - 1] === 0) end -= 1;
  const last = ((stream[end - 2] ?? 0) << 8) | (stream[end - 1] ?? 0);
  return last === eoc ? { end: end - 2, hasEoc: true } : { end: stream.length, hasEoc: false };
}
