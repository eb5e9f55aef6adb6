import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `node bench/start/build-image.ts` unpacks the image. */
export const imageFolder = join(import.meta.dirname, '../../out/image');

/** Bytes of the files of the unpacked image, MB; undefined where it is not there. */
export async function imageMb(rootfs = join(imageFolder, 'unpacked/rootfs')): Promise<number | undefined> {
  const entries = await readdir(rootfs, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  let bytes = 0;
  for (const entry of entries)
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  return bytes / 1e6;
}
