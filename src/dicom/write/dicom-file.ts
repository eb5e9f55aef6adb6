import { type DicomElement, elementHead, encodeElements, itemHead } from './dicom-elements.ts';

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

/** Who writes: Implementation Version Name (0002,0013), at most 16 characters. */
export type WriterName = 'LOBAR_1' | 'LOBAR_PHANTOM_1';

/** A DICOM Part 10 file (PS3.10 7.1): preamble, meta information, data set, and pixel data last if it has any. */
export function dicomFile(
  dataset: readonly DicomElement[],
  writer: WriterName,
  pixels?: EncodedPixels,
): Uint8Array {
  const meta = encodeElements([
    { tag: '00020001', vr: 'OB', value: Uint8Array.of(0, 1) },
    { tag: '00020002', vr: 'UI', value: textOf(dataset, '00080016') },
    { tag: '00020003', vr: 'UI', value: textOf(dataset, '00080018') },
    { tag: '00020010', vr: 'UI', value: pixels?.transferSyntaxUid ?? transferSyntax.explicitLittleEndian },
    { tag: '00020012', vr: 'UI', value: implementationClassUid },
    { tag: '00020013', vr: 'SH', value: writer },
  ]);
  return Buffer.concat([
    new Uint8Array(128),
    Buffer.from('DICM', 'latin1'),
    encodeElements([{ tag: '00020000', vr: 'UL', value: meta.length }]),
    meta,
    encodeElements(dataset),
    ...(pixels === undefined ? [] : pixelData(pixels)),
  ]);
}

function textOf(dataset: readonly DicomElement[], tag: string): string {
  return String(dataset.find((element) => element.tag === tag)?.value ?? '');
}

/** Native, or encapsulated as one fragment behind an empty offset table (PS3.5 A.4). */
function pixelData({ transferSyntaxUid, bytes }: EncodedPixels): readonly Uint8Array[] {
  const padding = new Uint8Array(bytes.length % 2);
  const length = bytes.length + padding.length;
  if (transferSyntaxUid === transferSyntax.explicitLittleEndian) {
    return [elementHead('7fe00010', 'OW', length), bytes, padding];
  }
  return [
    elementHead('7fe00010', 'OB', 0xffffffff),
    itemHead('e000', 0),
    itemHead('e000', length),
    bytes,
    padding,
    itemHead('e0dd', 0),
  ];
}
