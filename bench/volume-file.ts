/** A volume in files, so that every process of a benchmark has the same one at once, without a PACS. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CtVolume } from '../src/volume/types.ts';

export async function writeVolume(folder: string, { data, ...grid }: CtVolume): Promise<void> {
  await writeFile(join(folder, 'volume'), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeFile(join(folder, 'grid.json'), JSON.stringify(grid));
}

/** The volume in shared memory, as the service has it. */
export async function readVolume(folder: string): Promise<CtVolume> {
  const bytes = await readFile(join(folder, 'volume'));
  const data = new Int16Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(data.buffer).set(bytes);
  const grid = JSON.parse(await readFile(join(folder, 'grid.json'), 'utf8')) as Omit<CtVolume, 'data'>;
  return { ...grid, data };
}
