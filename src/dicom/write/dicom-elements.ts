/** Value representations that are written (PS3.5 6.2). */
export type Vr = TextVr | NumberVr | 'OB' | 'OW' | 'SQ';
export type TextVr =
  | 'AE'
  | 'AS'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'PN'
  | 'SH'
  | 'ST'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UT';
/** AT: a tag as its 32-bit number, such as 0x00200032. */
export type NumberVr = 'AT' | 'UL' | 'US';

/** An empty text or list: the element is there, without a value (type 2, PS3.5 7.4.3). */
export type ElementValue = string | number | readonly string[] | readonly number[] | Uint8Array | Items;
/** The items of a sequence, each a data set of its own. */
type Items = readonly (readonly DicomElement[])[];

/** A data element under its tag as eight hexadecimal digits, such as 00080060. */
export interface DicomElement {
  readonly tag: string;
  readonly vr: Vr;
  readonly value: ElementValue;
}

/** Values with a 32-bit length after two reserved bytes (PS3.5 7.1.2). */
const longForm: ReadonlySet<Vr> = new Set(['OB', 'OW', 'SQ', 'UC', 'UT']);

/** The elements in the order of their tags, as explicit little endian (PS3.5 7.1, annex A.2). */
export function encodeElements(elements: readonly DicomElement[]): Uint8Array {
  const sorted = elements.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
  return Buffer.concat(sorted.flatMap(encodeElement));
}

function encodeElement({ tag, vr, value }: DicomElement): Uint8Array[] {
  const body = vr === 'SQ' ? encodeItems(value as Items) : encodeValue(vr, value as Flat);
  return [elementHead(tag, vr, body.length), body];
}

/** Tag, VR and length; 0xffffffff is the undefined length of encapsulated pixel data. */
export function elementHead(tag: string, vr: Vr, length: number): Uint8Array {
  const isLong = longForm.has(vr);
  if (!isLong && length > 0xffff) throw new RangeError(`${length} bytes do not fit into an element of ${vr}`);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (isLong) {
    head.writeUInt32LE(length, 8);
  } else {
    head.writeUInt16LE(length, 6);
  }
  return head;
}

/** The head of an item, or of what ends a sequence of fragments (PS3.5 7.5, A.4). */
export function itemHead(element: 'e000' | 'e0dd', length: number): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(Number.parseInt(element, 16), 2);
  head.writeUInt32LE(length, 4);
  return head;
}

/** Items of explicit length (PS3.5 7.5.1). */
function encodeItems(items: Items): Uint8Array {
  return Buffer.concat(
    items.flatMap((item) => {
      const body = encodeElements(item);
      return [itemHead('e000', body.length), body];
    }),
  );
}

type Flat = Exclude<ElementValue, Items> | readonly string[] | readonly number[];

function encodeValue(vr: Vr, value: Flat): Uint8Array {
  if (value instanceof Uint8Array) return evenLength(value, 0);
  if (vr === 'US' || vr === 'UL' || vr === 'AT') return encodeNumbers(vr, [value].flat().map(Number));
  // UIDs are padded with a null, texts with a space (PS3.5 6.2, 9.1).
  return evenLength(Buffer.from([value].flat().join('\\'), 'utf8'), vr === 'UI' ? 0 : 0x20);
}

function encodeNumbers(vr: NumberVr, numbers: readonly number[]): Uint8Array {
  if (vr === 'US') return new Uint8Array(Uint16Array.from(numbers).buffer);
  if (vr === 'UL') return new Uint8Array(Uint32Array.from(numbers).buffer);
  // Group before element, each little endian (PS3.5 6.2).
  return new Uint8Array(Uint16Array.from(numbers.flatMap((tag) => [tag >>> 16, tag & 0xffff])).buffer);
}

function evenLength(bytes: Uint8Array, padding: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(padding)]);
}
