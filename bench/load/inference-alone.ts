/** The floor: the pipeline of one process on a volume that is there already, again and again. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ingestSeries } from '../../src/dicom/ingest-series.ts';
import { openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { answerChildCase } from '../child-case.ts';

const warmUp = 4;

export interface InferenceAlone {
  /** Of one series. */
  readonly folder: string;
  readonly seconds: number;
  readonly inference: object;
}

await answerChildCase<InferenceAlone>(async ({ folder, seconds, inference }) => {
  const { limits, inference: settings } = checkConfig({ inference });
  const pool = openDecodePool({ threads: 1 });
  const found = await readdir(folder, { recursive: true });
  const files = found.filter((name) => name.endsWith('.dcm')).map((name) => join(folder, name));
  const { volume } = await ingestSeries(contentsOf(files), {
    pool,
    limits,
    signal: new AbortController().signal,
  });
  await pool.close();
  const engine = await openInferenceEngine(settings, { modelsFolder: modelsFolderOf(settings) });
  // A process is at its full speed after some analyses, when the compiler has seen them; the service is warm too.
  for (let warm = 0; warm < warmUp; warm += 1) await engine.analyse(volume);
  const started = performance.now();
  let analyses = 0;
  while (performance.now() - started < seconds * 1000) {
    await engine.analyse(volume);
    analyses += 1;
  }
  const took = (performance.now() - started) / 1000;
  await engine.close();
  return { perSecond: analyses / took };
});

async function* contentsOf(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield new Uint8Array(await readFile(file));
}
