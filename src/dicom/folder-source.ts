import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type ParsedInstance, parseInstance } from './parse-instance.ts';
import { sopClasses } from './uids.ts';

/** One series of a study on disk; `files[i]` is the file of `headers[i]`. */
export interface FileSeries {
  readonly uid: string;
  readonly headers: readonly InstanceHeader[];
  readonly files: readonly string[];
}

/** One study on disk. */
export interface FileStudy {
  readonly uid: string;
  readonly series: readonly FileSeries[];
  /** Files that were passed over because they are not DICOM, in all the paths together. */
  readonly ignoredFiles: number;
  /** The instances of one series, a file at a time. Errors: `limit-exceeded`, `series-not-found`. */
  instances(seriesUid: string): AsyncIterable<Uint8Array>;
}

interface DicomFile {
  readonly path: string;
  readonly header: InstanceHeader;
}

/** Headers are mostly a few kilobytes; only longer ones are read a second time. */
const firstPart = 32 * 1024;

/**
 * Finds the DICOM files in files and folders (recursively, in the order of their names) and reads their
 * headers, not their pixels. What is not DICOM is passed over; what is DICOM but broken is an error, with
 * the file in its details.
 *
 * Errors: `no-images`, `dicom-invalid`, `limit-exceeded`, `transfer-syntax-unsupported`.
 */
export async function readStudyFiles(paths: readonly string[], limits: LimitsConfig): Promise<FileStudy[]> {
  const files: DicomFile[] = [];
  let ignoredFiles = 0;
  for (const path of await listFiles(paths)) {
    const header = await readHeader(path, limits);
    if (header === undefined) ignoredFiles += 1;
    else if (header.sopClassUid !== sopClasses.mediaDirectory) files.push({ path, header });
  }
  if (files.length === 0) {
    throw new LobarError('no-images', { where: `the given paths (${ignoredFiles} other files)` });
  }
  const studies = Map.groupBy(files, ({ header }) => header.studyInstanceUid);
  return [...studies].map(([uid, own]) => fileStudy(uid, own, ignoredFiles, limits));
}

function fileStudy(
  uid: string,
  files: readonly DicomFile[],
  ignoredFiles: number,
  limits: LimitsConfig,
): FileStudy {
  const bySeries = Map.groupBy(files, ({ header }) => header.seriesInstanceUid);
  const series = [...bySeries].map(([seriesUid, own]) => ({
    uid: seriesUid,
    headers: own.map(({ header }) => header),
    files: own.map(({ path }) => path),
  }));
  return {
    uid,
    series,
    ignoredFiles,
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
    if (size > limits.bytesPerInstance) {
      throw new LobarError(
        'limit-exceeded',
        { limit: 'limits.bytesPerInstance', value: limits.bytesPerInstance, unit: 'bytes' },
        { details: { file } },
      );
    }
    yield await readFile(file);
  }
}

async function listFiles(paths: readonly string[]): Promise<readonly string[]> {
  const lists = paths.map(async (path) => {
    const found = await stat(path).catch((cause: unknown) => {
      throw new LobarError(
        'no-images',
        { where: 'a path that does not exist' },
        { cause, details: { path } },
      );
    });
    if (!found.isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
  return [...new Set((await Promise.all(lists)).flat())];
}

/** The header of a file; undefined where it is not DICOM. */
async function readHeader(path: string, limits: LimitsConfig): Promise<InstanceHeader | undefined> {
  await using file = await open(path);
  const { size } = await file.stat();
  const read = async (length: number) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  };
  const start = await read(Math.min(firstPart, size));
  try {
    const parsed = parseFirstPart(start, limits, size);
    if (parsed !== undefined) return parsed.header;
    return parseInstance(await read(Math.min(limits.headerBytes, size)), limits, size).header;
  } catch (error) {
    if (!(error instanceof LobarError)) throw error;
    if (error.code === 'not-dicom') return undefined;
    throw Object.assign(error, { details: { ...error.details, file: path } });
  }
}

/** Undefined where the first part does not reach the pixel data, so that more must be read. */
function parseFirstPart(start: Uint8Array, limits: LimitsConfig, size: number): ParsedInstance | undefined {
  try {
    const parsed = parseInstance(start, limits, size);
    return parsed.pixelData !== undefined || start.length === size ? parsed : undefined;
  } catch (error) {
    const mayBeCut = error instanceof LobarError && error.code !== 'not-dicom' && start.length < size;
    if (!mayBeCut) throw error;
    return undefined;
  }
}
