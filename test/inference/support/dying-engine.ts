/**
 * An inference engine one of whose threads does what the case in `argv[2]` says, in a process of its own: that it
 * comes to its end by itself is what is tested. Writes what the caller hears as one JSON object.
 */
import { checkConfig } from '../../../src/config.ts';
import { loadPackages, startInferenceEngine } from '../../../src/inference/open-inference-engine.ts';
import { chestVolume } from './chest-volume.ts';
import { shippedModels } from './copy-models.ts';

const { inference } = checkConfig({ inference: { provider: 'cpu', lanes: 2, stallSeconds: 3 } });
const modelsFolder = process.argv[3] ?? shippedModels;
const packages = await loadPackages(inference, modelsFolder);

/** A module that speaks for the pipeline's thread. */
const moduleOf = (source: string) => new URL(`data:text/javascript,${encodeURIComponent(source)}`);
const withPorts = `import { parentPort, workerData } from 'node:worker_threads';
  const { ports } = workerData.lanes;`;
const sayReady = `parentPort.postMessage({ kind: 'ready' });`;

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

/** The same packages, of which all lanes but the first get one whose file is not there. */
function goneForOthers() {
  let copies = 0;
  const { opacities } = packages;
  return {
    // Only copying it for a thread reads it, and reads it first.
    get copies() {
      return ++copies;
    },
    ...packages,
    get opacities() {
      return copies > 1 ? { ...opacities, path: `${opacities.path}.gone`, variants: [] } : opacities;
    },
  };
}

const starting = (pipelineModule?: URL, taken: typeof packages = packages) =>
  startInferenceEngine(taken, inference, pipelineModule === undefined ? {} : { pipelineModule });

const cases: Readonly<Record<string, () => Promise<unknown>>> = {
  'no pipeline': () => codeOf(starting(new URL('https://lobar.example/no-worker.js'))),
  'pipeline throws': () => codeOf(starting(moduleOf(`throw new Error('out of tricks')`))),
  'pipeline ends once ready': () => codeOf(starting(moduleOf(`${withPorts} ${sayReady}`))),
  'second lane refuses': () => codeOf(starting(undefined, goneForOthers())),
  'lane dies': async () => {
    // What is no batch is more than a lane can take.
    const engine = await starting(
      moduleOf(`${withPorts} ${sayReady}
        parentPort.on('message', ({ kind }) => {
          if (kind === 'run') return ports[1].postMessage(null);
          for (const port of [...ports, parentPort]) port.close();
        });`),
    );
    const asked = [engine.analyse(chestVolume()), engine.analyse(chestVolume())].map(codeOf);
    const { message } = await engine.failed;
    const codes = await Promise.all(asked);
    const later = await codeOf(engine.analyse(chestVolume()));
    await engine.close();
    return { message, codes, later };
  },
  'lane hangs': async () => {
    const engine = await starting();
    const code = await codeOf(engine.analyse(chestVolume()));
    const { message } = await engine.failed;
    await engine.close();
    return { code, message };
  },
};

const [, , name = ''] = process.argv;
const heard = await cases[name]?.();
process.stdout.write(JSON.stringify({ heard }));
// A native call that does not return lets no process end in another way.
if (name === 'lane hangs') process.kill(process.pid, 'SIGKILL');
