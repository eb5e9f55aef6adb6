/** Value representations that the phantom series uses (PS3.5 6.2). */
export type Vr =
  | 'AE'
  | 'AS'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'OB'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'ST'
  | 'TM'
  | 'UI'
  | 'UL'
  | 'US';

/** An empty text or list: the element is there, without a value (type 2, PS3.5 7.4.3). */
export type ElementValue = string | number | readonly string[] | readonly number[] | Uint8Array;

/** A data element under its tag as eight hexadecimal digits, such as 00080060. */
export interface DicomElement {
  readonly tag: string;
  readonly vr: Vr;
  readonly value: ElementValue;
}

/** Values with a 32-bit length after two reserved bytes (PS3.5 7.1.2). */
const longForm: ReadonlySet<Vr> = new Set(['OB', 'OW']);

/** The elements in the order of their tags, as explicit little endian (PS3.5 7.1, annex A.2). */
export function encodeElements(elements: readonly DicomElement[]): Uint8Array {
  const sorted = elements.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
  return Buffer.concat(sorted.map((element) => encodeElement(element)));
}

function encodeElement({ tag, vr, value }: DicomElement): Uint8Array {
  const body = encodeValue(vr, value);
  return Buffer.concat([elementHead(tag, vr, body.length), body]);
}

/** Tag, VR and length; 0xffffffff is the undefined length of encapsulated pixel data. */
export function elementHead(tag: string, vr: Vr, length: number): Uint8Array {
  const head = Buffer.alloc(longForm.has(vr) ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (longForm.has(vr)) {
    head.writeUInt32LE(length, 8);
  } else {
    head.writeUInt16LE(length, 6);
  }
  return head;
}

function encodeValue(vr: Vr, value: ElementValue): Uint8Array {
  if (value instanceof Uint8Array) {
    return evenLength(value, 0);
  }
  if (vr === 'US' || vr === 'UL') {
    const numbers = [value].flat().map(Number);
    return vr === 'US'
      ? new Uint8Array(Uint16Array.from(numbers).buffer)
      : new Uint8Array(Uint32Array.from(numbers).buffer);
  }
  // UIDs are padded with a null, texts with a space (PS3.5 6.2, 9.1).
  return evenLength(Buffer.from([value].flat().join('\\'), 'utf8'), vr === 'UI' ? 0 : 0x20);
}

function evenLength(bytes: Uint8Array, padding: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(padding)]);
}
