import dicomParser, { type DataSet } from 'dicom-parser';
import type { Subject } from '../analysis/subject.ts';
import { textReader } from './character-set.ts';

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
}

/** Most headers of CT are shorter. */
const firstBytes = 32 * 1024;
const pixelData = 'x7fe00010';

/** The header of a DICOM file, or undefined for a file that is none or names no series. */
export async function readHeader(file: File): Promise<FileHeader | undefined> {
  const head = new Uint8Array(await file.slice(0, firstBytes).arrayBuffer());
  if (!isPart10(head)) return undefined;
  const parsed = parse(head) ?? (file.size > firstBytes ? parse(await wholeOf(file)) : undefined);
  return parsed && headerOf(file, parsed);
}

/** "DICM" after the preamble (PS3.10 7.1). */
function isPart10(bytes: Uint8Array): boolean {
  return new TextDecoder('iso-8859-1').decode(bytes.subarray(128, 132)) === 'DICM';
}

async function wholeOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Undefined where the bytes end too soon, or are not what they say. */
function parse(bytes: Uint8Array): DataSet | undefined {
  try {
    return dicomParser.parseDicom(bytes, { untilTag: pixelData });
  } catch {
    return undefined;
  }
}

function headerOf(file: File, dataSet: DataSet): FileHeader | undefined {
  const plain = (tag: string) => dataSet.string(tag)?.trim() || undefined;
  const read = textReader(plain('x00080005'));
  const text = (tag: string) => {
    const found = dataSet.elements[tag];
    if (found === undefined) return undefined;
    const bytes = dataSet.byteArray.subarray(found.dataOffset, found.dataOffset + found.length);
    // Padding is a space or NUL (PS3.5 6.2).
    return (
      read(bytes)
        .replace(/[\0 ]+$/, '')
        .trim() || undefined
    );
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
    transferSyntax: plain('x00020010') ?? '',
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
  };
}
