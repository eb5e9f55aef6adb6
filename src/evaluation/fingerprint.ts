import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CohortCase } from './cohort-case.ts';

/**
 * SHA-256 over all that decides a case's result: its row, its files, and what is the same for all cases. Masks
 * count by their bytes, the files of a folder by their names, sizes and times: images are large. A study in a
 * PACS counts by its UID alone.
 *
 * @param common such as the models, their parameters and the version of Lobar
 */
export async function fingerprintOf(cohortCase: CohortCase, common: unknown): Promise<string> {
  const { study, masks } = cohortCase;
  const files = study.kind === 'folder' ? await listing(study.path) : [];
  const hashed = await Promise.all(
    Object.entries(masks).map(async ([column, path]) => [column, await sha256OfFile(path)]),
  );
  return createHash('sha256')
    .update(JSON.stringify([common, cohortCase, files, hashed]))
    .digest('hex');
}

async function listing(path: string): Promise<readonly string[]> {
  const names = (await stat(path)).isDirectory() ? (await readdir(path, { recursive: true })).sort() : [''];
  return await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(path, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
