import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LobarError } from '../errors.ts';

interface ListedFiles {
  /** Regular files, in the order of their names, each once. */
  readonly files: readonly string[];
  /** What is there but no regular file: pipes, sockets, devices, links to folders or to nothing. */
  readonly others: number;
}

/**
 * The regular files in files and folders (recursively). A link to a file stands for the file; a link inside a
 * folder to another folder is not followed, as it may lead back or anywhere. What is no regular file is never
 * opened: opening a pipe would wait for its writer for ever.
 *
 * Errors: `no-images` where a path does not exist.
 */
export async function listFiles(paths: readonly string[]): Promise<ListedFiles> {
  const files = new Map<string, string>();
  let others = 0;
  for (const path of paths) {
    const root = await stat(path).catch((cause: unknown) => {
      throw new LobarError(
        'no-images',
        { where: 'a path that does not exist' },
        { cause, details: { path } },
      );
    });
    for (const candidate of root.isDirectory() ? await entriesOf(path) : [path]) {
      if (!(await isRegularFile(candidate))) {
        others += 1;
        continue;
      }
      const file = await realpath(candidate);
      if (!files.has(file)) files.set(file, candidate);
    }
  }
  return { files: [...files.values()], others };
}

/** Everything in a folder and the folders in it, but for those folders themselves. */
async function entriesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Looks behind links; one that leads to nothing, or round in a circle, is none. */
async function isRegularFile(path: string): Promise<boolean> {
  const found: Stats | undefined = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
