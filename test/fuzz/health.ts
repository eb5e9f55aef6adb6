import { createHash } from 'node:crypto';
import { ingestSeries } from '../../src/dicom/ingest-series.ts';
import { LobarError } from '../../src/errors.ts';
import { type CorpusFile, phantomFiles, siblingOf } from './corpus.ts';
import type { Surroundings } from './surface-runs.ts';

/** Decodes unhurt files of the phantom, to see that a hostile one before them left nothing behind. */
export interface Health {
  /** Says what no longer decodes as it did; undefined when all is well. `syntax` is always among what is tried. */
  check(syntax: string): Promise<string | undefined>;
}

/** Syntaxes that keep every bit: their volume is that of the raw file. */
const lossless = /^(explicit|implicit|deflated|rle|jpeg-lossless|jpeg-ls-80|jpeg-2000-90)/;

/**
 * Decodes every file once, in fresh workers, to know what it gives.
 *
 * @throws Error where two lossless files do not give the same volume.
 */
export async function openHealth(world: Surroundings): Promise<Health> {
  const pairs = phantomFiles().map((file) => ({ file, sibling: siblingOf(file) }));
  const known = new Map<string, string>();
  for (const { file, sibling } of pairs) known.set(file.name, await decoded(file, sibling, world));
  const raw = known.get('explicit-le.dcm') ?? '';
  for (const [name, result] of known) {
    const isRead = result !== 'transfer-syntax-unsupported';
    if (isRead && lossless.test(name) && result !== raw) throw new Error(`${name} is not the raw volume.`);
  }
  let turn = 0;
  return {
    async check(syntax) {
      turn += 1;
      const rotating = pairs[turn % pairs.length];
      for (const pair of pairs) {
        if (pair !== rotating && pair.file.syntax !== syntax) continue;
        const result = await decoded(pair.file, pair.sibling, world);
        if (result !== known.get(pair.file.name)) return `${pair.file.name} gives ${result} now`;
      }
      return undefined;
    },
  };
}

async function decoded(
  file: CorpusFile,
  sibling: Uint8Array,
  { pool, config }: Surroundings,
): Promise<string> {
  async function* both() {
    yield file.bytes.slice();
    yield sibling.slice();
  }
  const options = { pool, limits: config.limits, signal: new AbortController().signal, force: true };
  try {
    const { volume } = await ingestSeries(both(), options);
    return createHash('sha256').update(Int16Array.from(volume.data)).digest('hex');
  } catch (error) {
    if (!(error instanceof LobarError)) throw error;
    return error.code;
  }
}
