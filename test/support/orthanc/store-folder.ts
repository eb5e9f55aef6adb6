import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../../src/config.ts';
import type { PacsConfig } from '../../../src/config-schema.ts';
import { openPacs } from '../../../src/dicomweb/open-pacs.ts';
import type { StoreResult } from '../../../src/dicomweb/store-result.ts';

/** dicomweb-client builds a whole request in memory. */
const instancesPerRequest = 20;

/** Stores every .dcm file below a folder by Lobar's own STOW-RS client; says of each what became of it. */
export async function storeFolder(pacsSettings: PacsConfig, folder: string): Promise<StoreResult> {
  const { limits } = checkConfig({});
  const pacs = openPacs('orthanc', pacsSettings, limits);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.dcm')).sort();
  const results: StoreResult[] = [];
  try {
    for (let start = 0; start < files.length; start += instancesPerRequest) {
      const batch = files.slice(start, start + instancesPerRequest);
      const instances = await Promise.all(batch.map((name) => readFile(join(folder, name))));
      const { signal } = new AbortController();
      results.push(await pacs.storeInstances(undefined, instances, { signal }));
    }
  } finally {
    await pacs.close();
  }
  return {
    stored: results.flatMap(({ stored }) => stored),
    failed: results.flatMap(({ failed }) => failed),
  };
}
