import { type FileStudy, groupStudies } from './group-studies.ts';
import { type FileHeader, readHeader } from './read-header.ts';

export interface ReadFiles {
  readonly studies: readonly FileStudy[];
  /** DICOM files whose header cannot be read here. They go with the study, where there is one alone. */
  readonly unread: readonly File[];
  /** Files that are no DICOM image or object of a series. */
  readonly skipped: number;
}

const atOnce = 8;

/** Reads the headers of files, eight at a time. */
export async function readFiles(
  files: readonly File[],
  onRead: (count: number) => void,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const headers: (FileHeader | 'unread' | undefined)[] = [];
  let next = 0;
  let read = 0;
  const work = async () => {
    for (let index = next++; index < files.length; index = next++) {
      signal.throwIfAborted();
      const file = files[index];
      // One that cannot be opened is skipped, like one that is no DICOM file.
      headers[index] = file && (await readHeader(file).catch(() => undefined));
      read += 1;
      if (read % 50 === 0) onRead(read);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const found = headers.filter((header) => typeof header === 'object');
  const unread = files.filter((_, index) => headers[index] === 'unread');
  const skipped = files.length - found.length - unread.length;
  return { studies: groupStudies(found, unread), unread, skipped };
}
