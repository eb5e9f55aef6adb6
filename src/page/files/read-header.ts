import type { DataSet } from 'dicom-parser';
import { readsEveryLetter, textDecoder } from '../../dicom/character-sets.ts';
import type { Subject } from '../analysis/subject.ts';
import { type ParsedHeader, parseHeader } from './parse-header.ts';
import { type SliceSides, sliceSides } from './slice-sides.ts';

/** What the preview needs of one file. */
export interface FileHeader extends Subject {
  readonly file: File;
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly seriesDescription: string | undefined;
  readonly seriesNumber: number | undefined;
  readonly instanceNumber: number;
  readonly transferSyntax: string;
  /** Whether the patient's name or id may be other letters than those that are shown. */
  readonly uncertain: boolean;
  /** Of the first frame, where the file holds an image. */
  readonly image: ImagePlane | undefined;
}

/** How the samples of an image are stored (PS3.3 C.7.6.3). */
export interface ImagePlane {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly signed: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly samples: number;
  /** Undefined where the file does not say how the image lies. */
  readonly sides: SliceSides | undefined;
}

/**
 * The header of a DICOM file.
 *
 * @returns undefined for a file that is none, or names no series, such as a DICOMDIR; `unread` for one that is one, but
 *   whose header cannot be read here
 */
export async function readHeader(file: File): Promise<FileHeader | 'unread' | undefined> {
  const parsed = await parseHeader(file);
  return typeof parsed === 'object' ? headerOf(file, parsed) : parsed;
}

function headerOf(file: File, { dataSet, transferSyntax }: ParsedHeader): FileHeader | undefined {
  const plain = (tag: string) => dataSet.string(tag)?.trim() || undefined;
  const characterSets = plain('x00080005')?.split('\\') ?? [];
  const decoder = textDecoder(characterSets);
  const bytesOf = (tag: string): Uint8Array | undefined => {
    const found = dataSet.elements[tag];
    return found && dataSet.byteArray.subarray(found.dataOffset, found.dataOffset + found.length);
  };
  // Padding is a space or NUL (PS3.5 6.2).
  const text = (tag: string) => {
    const bytes = bytesOf(tag);
    const read = bytes && decoder.decode(bytes).replace(/[\0 ]+$/, '');
    return read?.trim() || undefined;
  };
  const isUncertain = (tag: string) => {
    // Beyond ASCII, or the escape that switches to another set.
    const isForeign = bytesOf(tag)?.some((byte) => byte > 0x7e || byte === 0x1b) ?? false;
    return isForeign && (!readsEveryLetter(characterSets) || (text(tag)?.includes('\ufffd') ?? false));
  };
  const studyUid = plain('x0020000d');
  const seriesUid = plain('x0020000e');
  if (studyUid === undefined || seriesUid === undefined) return undefined;
  const seriesNumber = dataSet.intString('x00200011');
  return {
    file,
    studyUid,
    seriesUid,
    modality: plain('x00080060') ?? 'OT',
    seriesDescription: text('x0008103e'),
    seriesNumber: Number.isFinite(seriesNumber) ? seriesNumber : undefined,
    instanceNumber: dataSet.intString('x00200013') || 0,
    transferSyntax,
    uncertain: isUncertain('x00100010') || isUncertain('x00100020'),
    image: imageOf(dataSet),
    patientName: text('x00100010'),
    patientId: text('x00100020'),
    patientBirthDate: plain('x00100030'),
    patientSex: plain('x00100040'),
    accession: text('x00080050'),
    date: plain('x00080020'),
    time: plain('x00080030'),
    description: text('x00081030'),
  };
}

function imageOf(dataSet: DataSet): ImagePlane | undefined {
  const rows = dataSet.uint16('x00280010');
  const columns = dataSet.uint16('x00280011');
  const bitsAllocated = dataSet.uint16('x00280100');
  if (!rows || !columns || !bitsAllocated) return undefined;
  return {
    ...{ rows, columns, bitsAllocated },
    signed: dataSet.uint16('x00280103') === 1,
    slope: dataSet.floatString('x00281053') ?? 1,
    intercept: dataSet.floatString('x00281052') ?? 0,
    samples: dataSet.uint16('x00280002') ?? 1,
    sides: sliceSides((dataSet.string('x00200037') ?? '').split('\\').map(Number)),
  };
}
