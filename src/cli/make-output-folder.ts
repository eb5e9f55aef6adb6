import { mkdir } from 'node:fs/promises';
import { LobarError } from '../errors.ts';

/**
 * Makes the folder that results go to, before any work is done for them.
 *
 * @param option as the user wrote it, such as `--out`
 * @throws LobarError `usage-invalid` where a file is in the way or the folder may not be made
 */
export async function makeOutputFolder(folder: string, option: string, command: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    const reason =
      cause.code === 'EEXIST' || cause.code === 'ENOTDIR'
        ? 'there is a file of that name, not a folder'
        : `the folder cannot be made (${cause.code ?? cause.message})`;
    throw new LobarError('usage-invalid', { problem: `${option} ${folder}: ${reason}`, command }, { cause });
  });
}
