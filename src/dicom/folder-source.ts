import { open, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError, type Notice } from '../errors.ts';
import { within } from '../over-limit.ts';
import type { InstanceHeader } from './instance-header.ts';
import { listFiles } from './list-files.ts';
import { imageCounter } from './listed-images.ts';
import { type InstanceHeaders, readHeaders } from './read-headers.ts';
import { sopClasses } from './uids.ts';

/** One series of a study on disk. */
interface FileSeries {
  readonly uid: string;
  /** One a frame. */
  readonly headers: readonly InstanceHeader[];
  readonly files: readonly string[];
}

/** One study on disk. */
interface FileStudy {
  readonly uid: string;
  readonly series: readonly FileSeries[];
  /** Of all the paths together: the files that were passed over and are or may be images. */
  readonly warnings: readonly Notice[];
  /** The one file that holds the instance; undefined where several do. */
  fileOf(sopInstanceUid: string): string | undefined;
  /** The instances of one series, a file at a time. Errors: `limit-exceeded`, `series-not-found`. */
  instances(seriesUid: string): AsyncIterable<Uint8Array>;
}

interface DicomFile extends InstanceHeaders {
  readonly path: string;
}

/**
 * What a file is instead: no DICOM, no DICOM though it looks meant as such, or the refusal of a transfer syntax
 * that hides even its header.
 */
type PassedOver = 'not-dicom' | 'lost-image' | LobarError;

/** [ours] How tools name their DICOM files, where they give them an extension. */
const imageExtensions: ReadonlySet<string> = new Set(['.dcm', '.dicom', '.ima', '.img']);

/**
 * Finds the DICOM files in files and folders (recursively, in the order of their names) and reads their
 * headers, not their pixels. What is no regular file or not DICOM is passed over; what is DICOM but broken is
 * an error, with the file in its details. What was meant as an image, by its name, or is empty, is passed over
 * with a warning: an image may be lost, and at the end of a stack nothing else would tell. A transfer syntax that hides the header (a private one) leaves
 * open to which study a file belongs: it is passed over with a warning, or the error where nothing else is
 * there.
 *
 * Errors: `no-images`, `dicom-invalid`, `limit-exceeded`, `transfer-syntax-unsupported`.
 */
export async function readStudyFiles(paths: readonly string[], limits: LimitsConfig): Promise<FileStudy[]> {
  const files: DicomFile[] = [];
  const unreadable: LobarError[] = [];
  const countImages = imageCounter(limits);
  const listed = await listFiles(paths);
  let otherFiles = listed.others;
  let lostImages = 0;
  for (const path of listed.files) {
    const read = await readFileHeaders(path, limits);
    if (read === 'not-dicom' || read === 'lost-image') {
      otherFiles += 1;
      if (read === 'lost-image') lostImages += 1;
    } else if (read instanceof LobarError) unreadable.push(read);
    else if (read.header.sopClassUid !== sopClasses.mediaDirectory) {
      countImages(read.header.seriesInstanceUid, read.frames.length);
      files.push(read);
    }
  }
  if (files.length === 0) {
    throw (
      unreadable[0] ?? new LobarError('no-images', { where: `the given paths (${otherFiles} other files)` })
    );
  }
  const warnings = [...passedOver(unreadable), ...notDicom(lostImages)];
  const studies = Map.groupBy(files, ({ header }) => header.studyInstanceUid);
  return [...studies].map(([uid, own]) => fileStudy(uid, own, warnings, limits));
}

function passedOver(unreadable: readonly LobarError[]): readonly Notice[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  const text = `${unreadable.length} DICOM files were passed over. Of the first: ${first.message}`;
  return [{ code: 'files-passed-over', text }];
}

/** File names may hold those of patients: none is told. */
function notDicom(count: number): readonly Notice[] {
  if (count === 0) return [];
  const text = `${count} files are empty, or named like images but no DICOM: images of the study may be missing.`;
  return [{ code: 'files-not-dicom', text }];
}

function fileStudy(
  uid: string,
  files: readonly DicomFile[],
  warnings: readonly Notice[],
  limits: LimitsConfig,
): FileStudy {
  const bySeries = Map.groupBy(files, ({ header }) => header.seriesInstanceUid);
  const series = [...bySeries].map(([seriesUid, own]) => ({
    uid: seriesUid,
    headers: own.flatMap(({ frames }) => frames),
    files: own.map(({ path }) => path),
  }));
  return {
    uid,
    series,
    warnings,
    fileOf(sopInstanceUid) {
      const [file, ...more] = files.filter(({ header }) => header.sopInstanceUid === sopInstanceUid);
      return more.length === 0 ? file?.path : undefined;
    },
    instances(seriesUid) {
      const wanted = series.find((candidate) => candidate.uid === seriesUid);
      if (wanted === undefined) throw new LobarError('series-not-found', { pacs: 'files' });
      return readFiles(wanted.files, limits);
    },
  };
}

async function* readFiles(files: readonly string[], limits: LimitsConfig): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    const { size } = await stat(file);
    within('bytesPerInstance', size, limits, 'bytes', { file });
    yield await readFile(file);
  }
}

async function readFileHeaders(path: string, limits: LimitsConfig): Promise<DicomFile | PassedOver> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const read = async (length: number) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    };
    const { header, frames } = await readHeaders(read, size, limits);
    return { path, header, frames };
  } catch (error) {
    if (!(error instanceof LobarError)) throw error;
    if (error.code === 'not-dicom') {
      const isLost = size === 0 || imageExtensions.has(extname(path).toLowerCase());
      return isLost ? 'lost-image' : 'not-dicom';
    }
    const located = Object.assign(error, { details: { ...error.details, file: path } });
    if (error.code === 'transfer-syntax-unsupported') return located;
    throw located;
  } finally {
    await file.close();
  }
}
