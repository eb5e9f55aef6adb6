/** One thread of the floor: opens its sessions, is warm, and takes batches until none is left. */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { checkConfig } from '../../src/config.ts';
import { modelFile } from '../../src/inference/model-file.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { sessionOptions } from '../../src/inference/session-options.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { type NetworkName, networkNames, readBatches } from './batches-file.ts';

export interface LaneStart {
  readonly folder: string;
  readonly inference: object;
  /** Of one session; 0: one a core. */
  readonly threads: number;
  /** Which batch is next, for all lanes. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** How long the runs of each network took in this lane, ms. */
export type LaneDone = Readonly<Partial<Record<NetworkName, number>>>;

if (parentPort === null) throw new Error('floor-lane.ts is started as a worker thread');
const port = parentPort;
const { folder, inference, threads, next } = workerData as LaneStart;
env.logLevel = 'fatal';
const config = checkConfig({ inference }).inference;
// A floor is of one provider, by name.
const provider = config.provider === 'auto' ? 'cpu' : config.provider;
const packages = await loadPackages(config, modelsFolderOf(config));
const sessions = new Map<NetworkName, InferenceSession>();
for (const name of networkNames) {
  const { path } = modelFile(packages[name], provider, config.variants);
  const options = sessionOptions(provider, threads, packages[name].manifest.task);
  sessions.set(name, await InferenceSession.create(path, options));
}
const batches = await readBatches(folder);
const run = async (at: number) => {
  const batch = batches[at];
  const session = batch && sessions.get(batch.network);
  if (batch === undefined || session === undefined) throw new Error(`There is no batch ${at}.`);
  const [input = ''] = session.inputNames;
  await session.run({ [input]: new Tensor('float32', batch.data, [...batch.dims]) });
  return batch.network;
};
// Once each, at its full size: the first run allocates.
for (const name of networkNames) {
  const first = batches.findIndex(({ network }) => network === name);
  if (first >= 0) await run(first);
}
const began = once(port, 'message');
port.postMessage('ready');
await began;

const took: Partial<Record<NetworkName, number>> = {};
for (let at = Atomics.add(next, 0, 1); at < batches.length; at = Atomics.add(next, 0, 1)) {
  const started = performance.now();
  const name = await run(at);
  took[name] = (took[name] ?? 0) + performance.now() - started;
}
port.postMessage(took satisfies LaneDone);
port.close();
