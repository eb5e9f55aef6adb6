import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CohortCase } from './cohort-case.ts';

const unreadable = 'unreadable';

/**
 * SHA-256 over all that decides a case's result: its row, its files, and what is the same for all cases. Masks
 * count by their bytes, the files of a folder by their names, sizes and times: images are large. A study in a
 * PACS counts by its UID alone. What cannot be read counts as that: it is one case's failure, told when it is read.
 *
 * @param common such as the models, their parameters, the rules of eligibility and the version of Lobar
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
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const names = isFolder ? await readdir(path, { recursive: true }).catch(() => ['']) : [''];
  return await Promise.all(
    names.sort().map(async (name) => {
      const facts = await stat(join(path, name)).catch(() => undefined);
      return facts === undefined ? `${name} ${unreadable}` : `${name} ${facts.size} ${facts.mtimeMs}`;
    }),
  );
}

async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  } catch {
    return unreadable;
  }
  return hash.digest('hex');
}
