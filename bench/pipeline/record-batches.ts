/** Makes the volume of a series in files, runs the pipeline on it once, and keeps both the volume and every batch. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ingestSeries } from '../../src/dicom/ingest-series.ts';
import { withBatchesFor } from '../../src/inference/batch-size.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { openSessions } from '../../src/inference/open-sessions.ts';
import { pipelineParameters } from '../../src/inference/pipeline-parameters.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { tensorShapes } from '../../src/inference/tensor-shapes.ts';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import type { Network } from '../../src/pipeline/types.ts';
import type { CtVolume } from '../../src/volume/types.ts';
import { answerChildCase } from '../child-case.ts';
import { writeVolume } from '../volume-file.ts';
import { type Batch, type NetworkName, networkNames, writeBatches } from './batches-file.ts';

export interface RecordBatches {
  /** Of one series. */
  readonly series: string;
  /** Where volume and batches are written. */
  readonly folder: string;
  readonly inference: object;
}

await answerChildCase<RecordBatches>(async ({ series, folder, inference }) => {
  const config = checkConfig({ inference });
  const volume = await volumeOf(series, config);
  await writeVolume(folder, volume);
  const loaded = await loadPackages(config.inference, modelsFolderOf(config.inference));
  const { networks, provider } = await openSessions(loaded, config.inference);
  const packages = withBatchesFor(provider, loaded);
  const batches: Batch[] = [];
  const recorded = (network: NetworkName): Network => {
    const dims = tensorShapes(packages[network].manifest).input;
    const session = networks[network];
    if (session === undefined) throw new Error(`there is no network for ${network}`);
    return (input) => {
      const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
      data.set(input.data);
      batches.push({ network, dims, data });
      return session.run(input);
    };
  };
  const asked = {
    lungsLobes: recorded('lungsLobes'),
    classifier: recorded('classifier'),
    opacities: recorded('opacities'),
  };
  const hooks = { onProgress: () => {}, throwIfCancelled: () => {} };
  await runPipeline(volume, asked, pipelineParameters(packages), {}, hooks);
  await writeBatches(folder, batches);
  return Object.fromEntries(
    networkNames.map((name) => [name, batches.filter(({ network }) => network === name).length]),
  );
});

async function volumeOf(series: string, { limits }: ReturnType<typeof checkConfig>): Promise<CtVolume> {
  const pool = openDecodePool({ threads: 1 });
  const found = await readdir(series, { recursive: true });
  const files = found.filter((name) => name.endsWith('.dcm')).map((name) => join(series, name));
  const { signal } = new AbortController();
  const { volume } = await ingestSeries(contentsOf(files), { pool, limits, signal });
  await pool.close();
  return volume;
}

async function* contentsOf(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield new Uint8Array(await readFile(file));
}
