/** A tiny writer of DICOM Part 10 files (PS3.10 7, explicit VR little endian), for tests. */

/** Text (a backslash between values), numbers, bytes, or the items of a sequence. */
export type DicomValue = string | readonly number[] | Uint8Array | readonly DicomElement[][];
/** A tag as eight hex digits, its VR, its value. */
export type DicomElement = readonly [tag: string, vr: string, value: DicomValue];

export const explicitLittleEndian = '1.2.840.10008.1.2.1';
const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';

/** VRs with a 32-bit length (PS3.5 7.1.2). */
const longLength = new Set(['OB', 'OD', 'OF', 'OL', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT']);
const numberBytes: Readonly<Record<string, number>> = { US: 2, SS: 2, AT: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

/** A file of these elements, in the order of their tags; text is written as UTF-8. */
export function dicomFile(
  elements: readonly DicomElement[],
  transferSyntaxUid = explicitLittleEndian,
): Uint8Array<ArrayBuffer> {
  const meta = dataset([
    ['00020001', 'OB', new Uint8Array([0, 1])],
    ['00020002', 'UI', textOf(elements, '00080016', ctImageStorage)],
    ['00020003', 'UI', textOf(elements, '00080018', '2.25.0')],
    ['00020010', 'UI', transferSyntaxUid],
    ['00020012', 'UI', '2.25.1'],
  ]);
  const length = element(['00020000', 'UL', [meta.length]]);
  return Uint8Array.from(
    Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, meta, dataset(elements)]),
  );
}

export interface TinyInstance {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly instanceNumber?: number;
  /** Replace or add to the elements of the tiny CT image. */
  readonly elements?: readonly DicomElement[];
}

/** A CT image of 2 x 2 pixels. */
export function tinyCt({
  studyUid,
  seriesUid,
  sopInstanceUid,
  instanceNumber = 1,
  elements = [],
}: TinyInstance): Uint8Array<ArrayBuffer> {
  const own: DicomElement[] = [
    ['00080016', 'UI', ctImageStorage],
    ['00080018', 'UI', sopInstanceUid],
    ['00080060', 'CS', 'CT'],
    ['0020000D', 'UI', studyUid],
    ['0020000E', 'UI', seriesUid],
    ['00200013', 'IS', String(instanceNumber)],
    ['00280010', 'US', [2]],
    ['00280011', 'US', [2]],
    ['00280100', 'US', [16]],
    ['00280103', 'US', [1]],
    ['7FE00010', 'OW', new Uint8Array([0, 252, 24, 252, 0, 0, 100, 0])],
  ];
  const replaced = new Set(elements.map(([tag]) => tag));
  return dicomFile([...own.filter(([tag]) => !replaced.has(tag)), ...elements]);
}

function dataset(elements: readonly DicomElement[]): Buffer {
  return Buffer.concat([...elements].sort(([a], [b]) => (a < b ? -1 : 1)).map(element));
}

function element([tag, vr, value]: DicomElement): Buffer {
  const bytes = valueBytes(vr, value);
  const head = Buffer.alloc(longLength.has(vr) ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (longLength.has(vr)) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function valueBytes(vr: string, value: DicomValue): Buffer {
  if (typeof value === 'string') return padded(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 0x20);
  if (value instanceof Uint8Array) return padded(Buffer.from(value), 0);
  if (vr === 'SQ') return Buffer.concat((value as readonly DicomElement[][]).map(item));
  const size = numberBytes[vr] ?? 2;
  const bytes = Buffer.alloc(size * value.length);
  for (const [index, one] of (value as readonly number[]).entries()) {
    const at = index * size;
    if (vr === 'FD') bytes.writeDoubleLE(one, at);
    else if (vr === 'FL') bytes.writeFloatLE(one, at);
    else if (size === 4) bytes.writeInt32LE(one | 0, at);
    else bytes.writeUInt16LE(one & 0xffff, at);
  }
  return bytes;
}

/** A sequence item of defined length (PS3.5 7.5.1). */
function item(elements: readonly DicomElement[]): Buffer {
  const bytes = dataset(elements);
  const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

function padded(bytes: Buffer, pad: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([pad])]);
}

function textOf(elements: readonly DicomElement[], tag: string, otherwise: string): string {
  const value = elements.find(([one]) => one === tag)?.[2];
  return typeof value === 'string' ? value : otherwise;
}
