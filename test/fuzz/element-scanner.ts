/** An element as it lies in the bytes; nothing about it has been checked. */
export interface ScannedElement {
  /** GGGGEEEE in upper case. */
  readonly tag: string;
  /** Absent in implicit VR. */
  readonly vr?: string;
  readonly at: number;
  readonly lengthAt: number;
  readonly lengthBytes: 2 | 4;
  readonly valueAt: number;
  /** As declared; 0xFFFFFFFF where undefined. */
  readonly length: number;
}

export interface ScannedFile {
  readonly littleEndian: boolean;
  readonly explicit: boolean;
  /** Where the file meta information ends and the data set begins. */
  readonly datasetAt: number;
  /** In the order of the file, those of sequences too; up to the pixel data. */
  readonly elements: readonly ScannedElement[];
  readonly pixelData?: ScannedElement;
}

const undefinedLength = 0xffff_ffff;
const longVr = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const maxElements = 5000;

/**
 * Where the elements of a Part 10 file lie, for mutations that know what they hit. Written apart from the
 * parser under test, and lenient: it stops where the bytes make no sense.
 */
export function scanElements(bytes: Uint8Array): ScannedFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: ScannedElement[] = [];
  let coding = { littleEndian: true, explicit: true };
  let datasetAt: number | undefined;
  let syntax = '';
  let at = 132;
  while (at + 8 <= bytes.length && elements.length < maxElements) {
    if (datasetAt === undefined && view.getUint16(at, true) !== 2) {
      datasetAt = at;
      coding = codingOf(syntax);
    }
    const element = elementAt(view, at, coding);
    if (element === undefined) break;
    const { tag, length, valueAt } = element;
    elements.push(element);
    if (tag === '7FE00010') return { ...coding, datasetAt: datasetAt ?? at, elements, pixelData: element };
    if (tag === '00020010') syntax = latin(bytes, valueAt, length);
    const isOpen = tag.startsWith('FFFE') || element.vr === 'SQ' || length === undefinedLength;
    at = isOpen ? valueAt : valueAt + length;
  }
  return { ...coding, datasetAt: datasetAt ?? Math.min(132, bytes.length), elements };
}

function codingOf(syntax: string): { littleEndian: boolean; explicit: boolean } {
  return { littleEndian: syntax !== '1.2.840.10008.1.2.2', explicit: syntax !== '1.2.840.10008.1.2' };
}

function elementAt(
  view: DataView,
  at: number,
  { littleEndian, explicit }: { littleEndian: boolean; explicit: boolean },
): ScannedElement | undefined {
  const group = view.getUint16(at, littleEndian);
  const tag = hex(group) + hex(view.getUint16(at + 2, littleEndian));
  const long = (lengthAt: number, vr?: string): ScannedElement | undefined => {
    if (lengthAt + 4 > view.byteLength) return undefined;
    const length = view.getUint32(lengthAt, littleEndian);
    const place = { tag, at, lengthAt, lengthBytes: 4 as const, valueAt: lengthAt + 4, length };
    return vr === undefined ? place : { ...place, vr };
  };
  if (group === 0xfffe || !explicit) return long(at + 4);
  const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
  if (!/^[A-Z]{2}$/.test(vr)) return undefined;
  if (longVr.has(vr)) return long(at + 8, vr);
  const length = view.getUint16(at + 6, littleEndian);
  return { tag, vr, at, lengthAt: at + 6, lengthBytes: 2, valueAt: at + 8, length };
}

/** An item of encapsulated pixel data (PS3.5 A.4). */
export interface ScannedItem {
  readonly at: number;
  readonly valueAt: number;
  readonly length: number;
}

/** The items of the pixel data, the offset table first; none where it is native. */
export function scanItems(bytes: Uint8Array, { pixelData }: ScannedFile): ScannedItem[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: ScannedItem[] = [];
  if (pixelData?.length !== undefinedLength) return items;
  let at = pixelData.valueAt;
  while (at + 8 <= bytes.length && view.getUint32(at, true) === 0xe000_fffe && items.length < maxElements) {
    const length = view.getUint32(at + 4, true);
    items.push({ at, valueAt: at + 8, length });
    at += 8 + length;
  }
  return items;
}

/** The text of a value, without its padding. */
export function latin(bytes: Uint8Array, at: number, length: number): string {
  return Buffer.from(bytes.subarray(at, at + length))
    .toString('latin1')
    .replace(/[\0 ]+$/, '');
}

function hex(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}
