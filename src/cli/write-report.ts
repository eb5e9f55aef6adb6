import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LobarError } from '../errors.ts';
import { encodePng } from '../report/encode-png.ts';
import type { ReportPicture } from '../report/report-pictures.ts';

/** What of a document becomes a file. */
export interface NamedDocument {
  /** As a file is named: report.pdf */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A name that stays in its folder, on every system. */
const plainName = /^[A-Za-z0-9][\w.-]{0,99}$/;

/**
 * Writes the documents of a report into a folder that is there, and each of its pictures beside them. They name the
 * patient: nobody else on the machine may read them.
 *
 * @returns what was written, for the terminal
 * @throws LobarError `service-answer-invalid` for a name that a service made up
 */
export async function writeReport(
  documents: readonly NamedDocument[],
  pictures: readonly ReportPicture[],
  folder: string,
): Promise<string> {
  const single = pictures.map(({ name, picture }) => ({ name: `${name}.png`, bytes: encodePng(picture) }));
  const files = [...documents, ...single];
  if (files.length === 0) return '';
  // All of them first: nothing is written of an answer that cannot be trusted.
  for (const { name } of files) {
    if (!plainName.test(name)) {
      throw new LobarError('service-answer-invalid', { problem: 'a document of it has no plain file name' });
    }
  }
  for (const { name, bytes } of files) await writeFile(join(folder, name), bytes, { mode: 0o600 });
  return `Report in ${folder}: ${files.map(({ name }) => name).join(', ')}\n`;
}
