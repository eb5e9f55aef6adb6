import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dicomParser from 'dicom-parser';
import { type DicomElement, type DicomValue, dicomFile } from './dicom-writer.ts';
import { readNrrd } from './read-nrrd.ts';
import { sharedData } from './shared-data.ts';

/** Columns and rows of the real chest of cip-ct64, and its slices. */
export const realShape = { columns: 64, rows: 64, slices: 79 };

/** One slice of a changed copy: `words` are its stored values, [rows, columns]. */
export interface CopiedSlice {
  readonly changes?: Readonly<Record<string, string | readonly number[] | undefined>>;
  readonly sequences?: Readonly<Record<string, DicomElement[][]>>;
  readonly words?: Uint16Array;
  readonly transferSyntaxUid?: string;
}

/** VRs of what the files of cip-ct64 hold, which are written in implicit VR, and of what tests add (PS3.6). */
const representations: Readonly<Record<string, readonly string[]>> = {
  UI: ['00080016', '00080018', '0020000D', '0020000E', '00200052'],
  CS: ['00080008', '00080060', '00100040', '00180015', '00185100', '00280004', '00080005'],
  DA: ['00080020', '00100030'],
  TM: ['00080030', '00100032'],
  SH: ['00080050', '00200010', '00181210', '00209056'],
  LO: ['00080070', '00081030', '0008103E', '00081090', '00100020', '00201040', '00281054'],
  PN: ['00080090', '00100010'],
  LT: ['00104000', '00324000'],
  AS: ['00101010'],
  IS: ['00200011', '00200012', '00200013', '00280008'],
  DS: [
    '00180050',
    '00181120',
    '00200032',
    '00200037',
    '00280030',
    '00281050',
    '00281051',
    '00281052',
    '00281053',
  ],
  US: ['00280002', '00280010', '00280011', '00280100', '00280101', '00280102', '00280103'],
  SS: ['00280120', '00280121'],
  SQ: ['52009229', '52009230'],
};
const vrOf = new Map(Object.entries(representations).flatMap(([vr, tags]) => tags.map((tag) => [tag, vr])));

/**
 * The real chest of cip-ct64 (79 slices from feet to head, signed HU), made an eligible series in its headers:
 * 2.5 mm apart, of an adult, of the chest. `copy` changes a slice further.
 */
export function realChest(
  copy: (k: number) => CopiedSlice | undefined = () => ({}),
): Uint8Array<ArrayBuffer>[] {
  return realSlices().flatMap((elements, k) => {
    const slice = copy(k);
    return slice === undefined ? [] : [written(elements, k, slice)];
  });
}

let hounsfield: Int16Array | undefined;

/** HU of the same chest, by another tool than any that wrote the files: [z, y, x], from feet to head. */
export function realHounsfield(): Int16Array {
  hounsfield ??= new Int16Array(new Uint8Array(readNrrd(sharedData('cip-ct64', 'ct-64.nrrd'))).buffer);
  return hounsfield;
}

/** Stored values of slice k as words: signed HU. */
export function realWords(k: number): Uint16Array {
  const { columns, rows } = realShape;
  const slice = realHounsfield().subarray(k * rows * columns, (k + 1) * rows * columns);
  return new Uint16Array(slice.slice().buffer);
}

/** Where the slices of `realChest` lie, x and y as in the real files. */
export function realPosition(k: number): readonly [number, number, number] {
  return [-128.414, -264.414, k * 2.5];
}

export const realPixelMm = 4.171872;

/** The elements of a slice as `realChest` writes them, for objects that are built otherwise. */
export function realElements(k: number): readonly DicomElement[] {
  return Object.values(changed(realSlices()[k] ?? {}, k, {}));
}

let read: readonly Readonly<Record<string, DicomElement>>[] | undefined;

function realSlices() {
  const folder = sharedData('cip-ct64', 'ct-64Dicom');
  read ??= readdirSync(folder)
    .filter((name) => name.endsWith('.dcm'))
    .sort()
    .map((name) => elementsOf(readFileSync(join(folder, name))));
  return read;
}

function elementsOf(file: Uint8Array): Record<string, DicomElement> {
  const dataset = dicomParser.parseDicom(file);
  const known = Object.values(dataset.elements).flatMap(({ tag: lower, dataOffset, length }) => {
    const tag = lower.slice(1).toUpperCase();
    const vr = tag === '7FE00010' ? 'OW' : vrOf.get(tag);
    if (vr === undefined) return [];
    const bytes = file.subarray(dataOffset, dataOffset + length);
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\0 ]+$/, '');
    const value: DicomValue = vr === 'OW' ? bytes : vr === 'US' ? [dataset.uint16(lower) ?? 0] : text;
    return [[tag, [tag, vr, value] as const] as const];
  });
  return Object.fromEntries(known);
}

function written(
  elements: Readonly<Record<string, DicomElement>>,
  k: number,
  slice: CopiedSlice,
): Uint8Array<ArrayBuffer> {
  return dicomFile(Object.values(changed(elements, k, slice)), slice.transferSyntaxUid);
}

function changed(
  elements: Readonly<Record<string, DicomElement>>,
  k: number,
  { changes = {}, sequences = {}, words }: CopiedSlice,
): Record<string, DicomElement> {
  const all = { ...eligible(k), ...changes };
  const result = { ...elements };
  for (const [tag, value] of Object.entries(all)) {
    const vr = vrOf.get(tag);
    if (value === undefined) delete result[tag];
    else if (vr === undefined) throw new Error(`the VR of ${tag} is not known here`);
    else result[tag] = [tag, vr, value];
  }
  for (const [tag, items] of Object.entries(sequences)) result[tag] = [tag, 'SQ', items];
  if (words !== undefined) result['7FE00010'] = ['7FE00010', 'OW', new Uint8Array(words.slice().buffer)];
  return result;
}

function eligible(k: number): NonNullable<CopiedSlice['changes']> {
  return {
    '00080018': `2.25.1000${k}`,
    '0020000D': '2.25.10',
    '0020000E': '2.25.11',
    '00100030': '19500101',
    '00180015': 'CHEST',
    '0008103E': 'chest',
    '00180050': '2.5',
    '00200011': '3',
    '00200032': realPosition(k).join('\\'),
  };
}
