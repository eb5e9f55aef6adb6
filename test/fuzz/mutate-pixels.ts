import { codestreamFields } from './codestream-fields.ts';
import { type Bytes, encodeElement, joined, setValue, splice, write } from './edit-bytes.ts';
import { type ScannedFile, type ScannedItem, scanItems } from './element-scanner.ts';
import type { Mutation } from './mutation.ts';

const kinds = [
  'item-length',
  'offset-table',
  'extended-offsets',
  'empty-items',
  'no-delimiter',
  'codestream',
  'size',
  'field',
  'cut-codestream',
] as const;
type PixelMutation = Extract<Mutation, { kind: (typeof kinds)[number] }>;

export function isPixelMutation(mutation: Mutation): mutation is PixelMutation {
  return (kinds as readonly string[]).includes(mutation.kind);
}

/** Mutations of encapsulated pixel data (PS3.5 A.4) and the code streams in it. */
export function mutatePixels(bytes: Bytes, scan: ScannedFile, mutation: PixelMutation): Bytes {
  const items = scanItems(bytes, scan);
  const [table, ...fragments] = items;
  if (table === undefined || scan.pixelData === undefined) return bytes;
  switch (mutation.kind) {
    case 'item-length': {
      const item = items[mutation.nth % items.length] as ScannedItem;
      write(bytes, item.at + 4, 4, mutation.value, true);
      return bytes;
    }
    case 'offset-table': {
      const offsets = new Uint8Array(Uint32Array.from(mutation.offsets).buffer);
      return splice(bytes, table.at, 8 + table.length, itemOf(offsets));
    }
    case 'extended-offsets': {
      const { frames, offset } = mutation;
      const first = fragments[0]?.length ?? 0;
      // Every frame in the first fragment: what a file of one frame costs, times the frames that it claims.
      const offsets = new BigUint64Array(frames).fill(BigInt(offset));
      const lengths = new BigUint64Array(frames).fill(BigInt(first));
      const put = joined([
        encodeElement(scan, '7FE00001', 'OV', new Uint8Array(offsets.buffer)),
        encodeElement(scan, '7FE00002', 'OV', new Uint8Array(lengths.buffer)),
      ]);
      const longer = splice(bytes, scan.pixelData.at, 0, put);
      const count = scan.elements.find(({ tag }) => tag === '00280008');
      return count === undefined ? longer : setValue(longer, scan, count, Buffer.from(`${frames}`, 'latin1'));
    }
    case 'empty-items':
      return splice(
        bytes,
        table.at + 8 + table.length,
        0,
        Buffer.alloc(8 * mutation.count, itemOf(new Uint8Array(0))),
      );
    case 'no-delimiter': {
      const last = items.at(-1) as ScannedItem;
      return bytes.slice(0, last.valueAt + last.length);
    }
    case 'codestream': {
      const places = markersOf(bytes, fragments);
      const at = places[mutation.marker % Math.max(places.length, 1)];
      if (at !== undefined) write(bytes, at + mutation.field, mutation.size, mutation.value, false);
      return bytes;
    }
    case 'size': {
      const { rows, columns, everywhere } = mutation;
      for (const at of markersOf(bytes, fragments)) {
        const fields = codestreamFields.filter(
          ({ marker }) => bytes[at] === 0xff && bytes[at + 1] === marker,
        );
        for (const { name, offset, size } of fields) {
          if (/^(SOF rows|SIZ height|SIZ tile height)$/.test(name))
            write(bytes, at + offset, size, rows, false);
          if (/^(SOF columns|SIZ width|SIZ tile width)$/.test(name))
            write(bytes, at + offset, size, columns, false);
        }
      }
      const set = (wanted: string, value: number) => {
        const element = scan.elements.find(({ tag }) => tag === wanted);
        if (element !== undefined) write(bytes, element.valueAt, 2, value, scan.littleEndian);
      };
      if (everywhere) {
        set('00280010', rows);
        set('00280011', columns);
      }
      return bytes;
    }
    case 'field': {
      // Only fields of markers that are there are chosen from, or most mutations would hit nothing.
      const places = markersOf(bytes, fragments);
      const present = new Set(places.map((at) => bytes[at + 1]));
      const possible = codestreamFields.filter(({ marker }) => present.has(marker));
      const field = possible[mutation.field % Math.max(possible.length, 1)];
      if (field === undefined) return bytes;
      const marked = places.filter((at) => bytes[at] === 0xff && bytes[at + 1] === field.marker);
      const at = marked[mutation.nth % marked.length];
      if (at !== undefined) write(bytes, at + field.offset, field.size, mutation.value, false);
      return bytes;
    }
    case 'cut-codestream': {
      // The item stays whole: its length is right, only the code stream in it ends early.
      const item = fragments[mutation.nth % Math.max(fragments.length, 1)];
      if (item === undefined || item.length < 4) return bytes;
      const stream = bytes.subarray(item.valueAt, item.valueAt + item.length);
      const end = stream.length - (stream.at(-1) === 0 ? 3 : 2);
      const kept = stream.subarray(0, (mutation.at % end) & ~1);
      const tail = mutation.keepEnd ? stream.subarray(end, end + 2) : new Uint8Array(0);
      return splice(bytes, item.at, 8 + item.length, itemOf(joined([kept, tail])));
    }
  }
}

function itemOf(value: Uint8Array): Bytes {
  const head = new Uint8Array(8);
  write(head, 0, 4, 0xe000_fffe, true);
  write(head, 4, 4, value.length, true);
  return joined([head, value]);
}

const searched = 3000;

/** Where the marker segments at the start of the code streams lie (JPEG, JPEG-LS, JPEG 2000); or their start. */
function markersOf(bytes: Uint8Array, fragments: readonly ScannedItem[]): number[] {
  const places: number[] = [];
  for (const { valueAt, length } of fragments.slice(0, 4)) {
    const end = Math.min(valueAt + Math.min(length, searched), bytes.length - 1);
    places.push(valueAt);
    for (let at = valueAt; at < end; at += 1) {
      const code = bytes[at + 1] ?? 0;
      if (bytes[at] === 0xff && code >= 0x4f && code !== 0xff) places.push(at);
    }
  }
  return places;
}
