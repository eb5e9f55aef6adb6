import { deflateRawSync, constants as zlib } from 'node:zlib';
import { type Bytes, encodeElement, joined, setValue, splice, write } from './edit-bytes.ts';
import { type ScannedElement, type ScannedFile, scanElements } from './element-scanner.ts';
import { isPixelMutation, mutatePixels } from './mutate-pixels.ts';
import type { Mutation, Region } from './mutation.ts';

/**
 * The file with the mutation done to it, or as it was where the mutation finds nothing to hit. `other` is the
 * file that grafts are taken from.
 */
export function mutate(bytes: Bytes, mutation: Mutation, other: Uint8Array): Bytes {
  const scan = scanElements(bytes);
  if (isPixelMutation(mutation)) return mutatePixels(bytes, scan, mutation);
  switch (mutation.kind) {
    case 'flip': {
      const at = placeIn(bytes, scan, mutation.region, mutation.at);
      bytes[at] = (bytes[at] ?? 0) ^ mutation.mask;
      return bytes;
    }
    case 'overwrite': {
      const at = placeIn(bytes, scan, mutation.region, mutation.at);
      write(bytes, at, mutation.size, mutation.value, mutation.little);
      return bytes;
    }
    case 'truncate':
      return bytes.slice(0, placeIn(bytes, scan, mutation.region, mutation.at));
    case 'extend':
      return joined([bytes, new Uint8Array(mutation.bytes).fill(mutation.fill)]);
    case 'delete': {
      const at = placeIn(bytes, scan, mutation.region, mutation.at);
      return splice(bytes, at, mutation.length, new Uint8Array(0));
    }
    case 'repeat': {
      const at = placeIn(bytes, scan, mutation.region, mutation.at);
      return splice(bytes, at, 0, bytes.slice(at, at + mutation.length));
    }
    case 'graft': {
      const at = placeIn(bytes, scan, mutation.region, mutation.at);
      return joined([bytes.subarray(0, at), other.subarray(mutation.from % Math.max(other.length, 1))]);
    }
    default:
      return mutateElements(bytes, scan, mutation);
  }
}

type ElementMutation = Extract<
  Mutation,
  { kind: 'number' | 'text' | 'length' | 'vr' | 'retag' | 'remove' | 'nest' | 'many' | 'bomb' }
>;

function mutateElements(bytes: Bytes, scan: ScannedFile, mutation: ElementMutation | Mutation): Bytes {
  const { elements, littleEndian } = scan;
  const tagged = (wanted: string) => elements.find(({ tag }) => tag === wanted);
  const numbered = (nth: number) => elements[nth % Math.max(elements.length, 1)];
  const little = (element: ScannedElement) => littleEndian || element.tag.startsWith('0002');
  switch (mutation.kind) {
    case 'number': {
      const element = tagged(mutation.tag);
      if (element !== undefined) write(bytes, element.valueAt, 2, mutation.value, littleEndian);
      return bytes;
    }
    case 'text': {
      const element = tagged(mutation.tag);
      return element === undefined
        ? bytes
        : setValue(bytes, scan, element, Buffer.from(mutation.text, 'latin1'));
    }
    case 'length': {
      const element = numbered(mutation.nth);
      if (element !== undefined)
        write(bytes, element.lengthAt, element.lengthBytes, mutation.value, little(element));
      return bytes;
    }
    case 'vr': {
      const element = numbered(mutation.nth);
      if (element?.vr !== undefined) bytes.set(Buffer.from(mutation.vr, 'latin1'), element.at + 4);
      return bytes;
    }
    case 'retag': {
      const element = numbered(mutation.nth);
      if (element === undefined) return bytes;
      write(bytes, element.at, 2, Number.parseInt(mutation.tag.slice(0, 4), 16), little(element));
      write(bytes, element.at + 2, 2, Number.parseInt(mutation.tag.slice(4), 16), little(element));
      return bytes;
    }
    case 'remove': {
      const element = tagged(mutation.tag);
      if (element === undefined || element.length === 0xffff_ffff) return bytes;
      const length = element.valueAt - element.at + element.length;
      return splice(bytes, element.at, length, new Uint8Array(0));
    }
    case 'nest':
      return splice(bytes, beforePixels(bytes, scan), 0, nested(scan, mutation.depth, mutation.closed));
    case 'many': {
      const one = encodeElement(scan, '60110011', 'OB', new Uint8Array(0));
      return splice(bytes, beforePixels(bytes, scan), 0, Buffer.alloc(one.length * mutation.count, one));
    }
    case 'bomb':
      return bomb(bytes, scan, mutation.megabytes, mutation.where);
    default:
      return bytes;
  }
}

/** A position in a region; regions that the file does not have are all of it. */
function placeIn(
  bytes: Uint8Array,
  { datasetAt, pixelData }: ScannedFile,
  region: Region,
  at: number,
): number {
  const pixelsAt = pixelData?.at ?? bytes.length;
  const [from, to] = {
    meta: [128, datasetAt],
    header: [datasetAt, pixelsAt],
    'pixel-start': [pixelsAt, Math.min(pixelsAt + 700, bytes.length)],
    pixels: [pixelsAt, bytes.length],
    tail: [Math.max(bytes.length - 64, 0), bytes.length],
    anywhere: [0, bytes.length],
  }[region] as [number, number];
  return to > from ? from + (at % (to - from)) : at % Math.max(bytes.length, 1);
}

function beforePixels(bytes: Uint8Array, { pixelData }: ScannedFile): number {
  return pixelData?.at ?? bytes.length;
}

/** Sequences within sequences, of undefined length (PS3.5 7.5.2); closed again, or left open. */
function nested(scan: ScannedFile, depth: number, closed: boolean): Bytes {
  const item = marker(scan, 0xe000, 0xffff_ffff);
  const open = joined([encodeElement(scan, '60110010', 'SQ', new Uint8Array(0), 0xffff_ffff), item]);
  const close = joined([marker(scan, 0xe00d, 0), marker(scan, 0xe0dd, 0)]);
  const opening = Buffer.alloc(open.length * depth, open);
  return closed ? joined([opening, Buffer.alloc(close.length * depth, close)]) : joined([opening]);
}

function marker({ littleEndian }: ScannedFile, element: number, length: number): Bytes {
  const bytes = new Uint8Array(8);
  write(bytes, 0, 2, 0xfffe, littleEndian);
  write(bytes, 2, 2, element, littleEndian);
  write(bytes, 4, 4, length, littleEndian);
  return bytes;
}

/** Makes a deflated file (PS3.5 A.5) that swells: in one value, in elements without number, behind the pixels. */
function bomb(
  bytes: Bytes,
  scan: ScannedFile,
  megabytes: number,
  where: 'value' | 'elements' | 'after',
): Bytes {
  const syntax = scan.elements.find(({ tag }) => tag === '00020010');
  if (syntax === undefined) return bytes;
  const named = setValue(bytes, scan, syntax, Buffer.from('1.2.840.10008.1.2.1.99', 'latin1'));
  const { datasetAt, pixelData } = scanElements(named);
  const at = where === 'after' ? named.length : (pixelData?.at ?? named.length);
  const length = megabytes * 2 ** 20;
  const head =
    where === 'value'
      ? encodeElement({ littleEndian: true, explicit: true }, '60110011', 'OB', new Uint8Array(0), length)
      : [];
  const unit =
    where === 'elements'
      ? encodeElement({ littleEndian: true, explicit: true }, '60110011', 'OB', new Uint8Array(0))
      : Uint8Array.of(0);
  const part = (some: Uint8Array) => deflateRawSync(some, { finishFlush: zlib.Z_SYNC_FLUSH });
  const block = part(Buffer.alloc(2 ** 20, unit));
  return joined([
    named.subarray(0, datasetAt),
    part(joined([named.subarray(datasetAt, at), Uint8Array.from(head)])),
    ...Array.from({ length: megabytes }, () => block),
    deflateRawSync(named.subarray(at)),
  ]);
}
