/**
 * `node bench/profile/profile-networks.ts [PROVIDER]`: which execution provider of ONNX Runtime took the nodes of each network,
 * and how long each kind of node takes there, by ORT's own profiler. The files it writes are told: chrome://tracing reads them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { checkConfig } from '../../src/config.ts';
import type { InferenceConfig } from '../../src/config-schema.ts';
import { LobarError } from '../../src/errors.ts';
import { modelFile } from '../../src/inference/model-file.ts';
import type { ModelPackage } from '../../src/inference/model-packages.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { packageList } from '../../src/inference/pipeline-parameters.ts';
import { refuseTelemetry } from '../../src/inference/refuse-telemetry.ts';
import { runtimeMessage } from '../../src/inference/runtime-message.ts';
import { sessionOptions } from '../../src/inference/session-options.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { tensorShapes } from '../../src/inference/tensor-shapes.ts';
import { type NodeEvent, nodeTimes } from './node-times.ts';

const runs = 5;

process.exitCode = await main(process.argv[2] ?? 'cpu');

async function main(wanted: string): Promise<number> {
  refuseTelemetry();
  env.logLevel = 'fatal';
  const folder = mkdtempSync(join(tmpdir(), 'lobar-ort-profile-'));
  try {
    const { inference } = checkConfig({ inference: { provider: wanted } });
    const packages = await loadPackages(inference, modelsFolderOf(inference));
    for (const model of packageList(packages)) await profile(model, inference, folder);
    return 0;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const why = error instanceof LobarError ? error.message.replace(/\s*\n\s*/g, ' ') : runtimeMessage(error);
    process.stderr.write(`The networks do not run on '${wanted}': ${why}\n`);
    return 1;
  }
}

async function profile(model: ModelPackage, inference: InferenceConfig, folder: string): Promise<void> {
  const provider = inference.provider === 'auto' ? 'cpu' : inference.provider;
  const { name, task } = model.manifest;
  const { file, path } = modelFile(model, provider, inference.variants);
  const session = await InferenceSession.create(path, {
    ...sessionOptions(provider, inference.threads, task),
    enableProfiling: true,
    profileFilePrefix: join(folder, name),
  });
  const dims = tensorShapes(model.manifest).input;
  const zeros = new Float32Array(dims.reduce((a, b) => a * b, 1));
  const [input = ''] = session.inputNames;
  // One more: in the first, memory is taken and kernels are chosen.
  for (let run = 0; run <= runs; run += 1)
    await session.run({ [input]: new Tensor('float32', zeros, [...dims]) });
  session.endProfiling();
  await session.release();
  const written = join(folder, readdirSync(folder).find((one) => one.startsWith(name)) ?? '');
  const events = JSON.parse(readFileSync(written, 'utf8')) as readonly NodeEvent[];
  process.stdout.write(`\n${name} ${file}, ${dims.join(' x ')}, a run: ${written}\n`);
  for (const { provider: took, operator, nodes, ms } of nodeTimes(events, runs))
    process.stdout.write(
      `${ms.toFixed(3).padStart(10)} ms  ${String(nodes).padStart(4)} ${operator} on ${took}\n`,
    );
}
