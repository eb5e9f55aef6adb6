import { type DicomElement, elementHead, encodeElements } from './dicom-elements.ts';

export const transferSyntax = {
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  jpegLsLossless: '1.2.840.10008.1.2.4.80',
} as const;

/** Pixel data as it goes into a file: raw samples, or one compressed frame. */
export interface EncodedPixels {
  readonly transferSyntaxUid: string;
  readonly bytes: Uint8Array;
}

/** Names this writer in the files' meta information; made from a random UUID (PS3.5 B.2). */
const implementationClassUid = '2.25.268620809271136016343393880993697993778';

/** A DICOM Part 10 file (PS3.10 7.1): preamble, meta information, data set, pixel data last. */
export function dicomFile(dataset: readonly DicomElement[], pixels: EncodedPixels): Uint8Array {
  const meta = encodeElements([
    { tag: '00020001', vr: 'OB', value: Uint8Array.of(0, 1) },
    { tag: '00020002', vr: 'UI', value: textOf(dataset, '00080016') },
    { tag: '00020003', vr: 'UI', value: textOf(dataset, '00080018') },
    { tag: '00020010', vr: 'UI', value: pixels.transferSyntaxUid },
    { tag: '00020012', vr: 'UI', value: implementationClassUid },
    { tag: '00020013', vr: 'SH', value: 'LOBAR_PHANTOM_1' },
  ]);
  return Buffer.concat([
    new Uint8Array(128),
    Buffer.from('DICM', 'latin1'),
    encodeElements([{ tag: '00020000', vr: 'UL', value: meta.length }]),
    meta,
    encodeElements(dataset),
    pixelData(pixels),
  ]);
}

function textOf(dataset: readonly DicomElement[], tag: string): string {
  return String(dataset.find((element) => element.tag === tag)?.value ?? '');
}

/** Native, or encapsulated as one fragment behind an empty offset table (PS3.5 A.4). */
function pixelData({ transferSyntaxUid, bytes }: EncodedPixels): Uint8Array {
  const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(0)]);
  if (transferSyntaxUid === transferSyntax.explicitLittleEndian) {
    return Buffer.concat([elementHead('7fe00010', 'OW', padded.length), padded]);
  }
  return Buffer.concat([
    elementHead('7fe00010', 'OB', 0xffffffff),
    item('e000', 0),
    item('e000', padded.length),
    padded,
    item('e0dd', 0),
  ]);
}

function item(element: 'e000' | 'e0dd', length: number): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(0xfffe, 0);
  head.writeUInt16LE(Number.parseInt(element, 16), 2);
  head.writeUInt32LE(length, 4);
  return head;
}
