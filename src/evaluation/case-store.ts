import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { type CaseResult, CaseResultSchema } from './case-result.ts';

/** One file a case, `<folder>/cases/<id>.json`. */
export interface CaseStore {
  /** The finished result with this fingerprint; undefined where there is none, or it failed. */
  find(id: string, fingerprint: string): Promise<CaseResult | undefined>;
  save(result: CaseResult): Promise<void>;
}

export async function openCaseStore(folder: string): Promise<CaseStore> {
  const cases = join(folder, 'cases');
  await mkdir(cases, { recursive: true });
  const isResult = new Ajv().compile<CaseResult>(CaseResultSchema);
  return {
    async find(id, fingerprint) {
      const found = parsed(await readFile(join(cases, `${id}.json`), 'utf8').catch(() => ''));
      if (!isResult(found) || found.fingerprint !== fingerprint || found.id !== id) return undefined;
      // What failed may have failed for a moment only.
      return found.outcome === 'failed' ? undefined : found;
    },
    save: (result) => writeWhole(join(cases, `${result.id}.json`), `${JSON.stringify(result, null, 2)}\n`),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A file is there whole or not at all, whenever the process ends or the machine goes down. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.part`;
  await writeFile(unfinished, text, { flush: true });
  await rename(unfinished, path);
}
