import { Worker } from 'node:worker_threads';
import type { InferenceConfig } from '../config-schema.ts';
import type { Notice } from '../errors.ts';
import type { PipelineParameters } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import { withBatchesFor } from './batch-size.ts';
import { type AnalyseOptions, InferenceQueue } from './inference-queue.ts';
import type { LaneSettings } from './lane-plan.ts';
import type { ModelManifest, ModelTask } from './manifest.ts';
import { type ModelFile, modelFile } from './model-file.ts';
import { loadModelPackage } from './model-packages.ts';
import { type StartedLanes, startLanes } from './open-lanes.ts';
import { type PipelinePackages, packageList, pipelineParameters } from './pipeline-parameters.ts';
import type { ExecutionProvider } from './session-options.ts';
import type { InferenceResult, WorkerStart } from './worker-protocol.ts';

export type { AnalyseOptions } from './inference-queue.ts';
export type { InferenceResult } from './worker-protocol.ts';

/** A network in use, as every Analysis names it. */
export interface LoadedModel {
  readonly task: ModelTask;
  readonly name: string;
  readonly version: string;
  /** Of the file that runs. */
  readonly sha256: string;
  /** Of the file that runs, where it is not the main one of its package but a variant for the provider. */
  readonly precision?: NonNullable<ModelFile['precision']>;
  /** The provider that runs every node of it. */
  readonly executionProvider: ExecutionProvider;
  readonly trainingData: string;
  readonly intendedUse: string;
  /** Unique device identification, where the model is a registered medical device. */
  readonly udi?: NonNullable<ModelManifest['udi']>;
}

/** The pipeline with its networks warm, behind threads of its own. */
export interface InferenceEngine {
  readonly models: readonly LoadedModel[];
  /** What their manifests say beside the weights. */
  readonly parameters: PipelineParameters;
  /** What a reader of every result should know; `provider-fallback`, where `auto` took the CPU. */
  readonly notices: readonly Notice[];
  /**
   * Settles only when no further run is possible: one of the threads died or hangs. The process must then end, by a
   * signal to itself: `process.exit` waits for a native call of a lane, and aborts after it.
   */
  readonly failed: Promise<Error>;
  /** Queues one volume and gives what the pipeline found; see {@link InferenceQueue.analyse} for its errors. */
  analyse(volume: CtVolume, options?: AnalyseOptions): Promise<InferenceResult>;
  /**
   * Lets the running request finish and ends the threads; waiting requests get `shutting-down`. Once it `failed`, it
   * does not wait for them.
   */
  close(): Promise<void>;
}

export interface InferenceEngineOptions {
  /** Folder of the model packages that the configuration names. */
  readonly modelsFolder: string;
  readonly onNotice?: (notice: Notice) => void;
  /** Told after each run how long its networks took. */
  readonly onInference?: (run: { readonly provider: ExecutionProvider; readonly seconds: number }) => void;
}

/**
 * Verifies the model packages, starts the threads, opens the networks on the configured provider and runs
 * each once at its full size in every lane. What comes back is ready.
 *
 * @throws LobarError `model-missing`, `model-manifest-invalid`, `model-checksum-mismatch`,
 *   `model-load-failed`, `provider-unavailable`, `inference-failed`.
 */
export async function openInferenceEngine(
  config: InferenceConfig,
  { modelsFolder, ...listeners }: InferenceEngineOptions,
): Promise<InferenceEngine> {
  return startInferenceEngine(await loadPackages(config, modelsFolder), config, listeners);
}

type EngineSettings = LaneSettings & Pick<InferenceConfig, 'stallSeconds'>;

export interface StartingEngine extends Omit<InferenceEngineOptions, 'modelsFolder'> {
  /** What runs in the pipeline's thread, if not inference-worker.ts: for tests of what dies there. */
  readonly pipelineModule?: URL;
}

const ownPipeline = new URL('./inference-worker.ts', import.meta.url);

/** The same with packages that were verified before, wherever they come from. */
export async function startInferenceEngine(
  packages: PipelinePackages,
  settings: EngineSettings,
  { onNotice, onInference, pipelineModule = ownPipeline }: StartingEngine = {},
): Promise<InferenceEngine> {
  const { stallSeconds, variants } = settings;
  const lanes = await startLanes(packages, settings);
  const { provider } = lanes;
  const onRan = (seconds: number) => onInference?.({ provider, seconds });
  let queue: InferenceQueue | undefined;
  try {
    const parameters = pipelineParameters(withBatchesFor(provider, packages));
    const worker = startPipeline(pipelineModule, { parameters, provider, lanes: lanes.connect() });
    queue = new InferenceQueue(worker, { stallSeconds, onRan, lanesFailed: lanes.failed });
    const notices = await readiness(queue, lanes);
    for (const notice of notices) onNotice?.(notice);
    return engineOf(queue, lanes, {
      models: loadedModels(packages, provider, variants),
      parameters,
      notices,
    });
  } catch (error) {
    // Whoever asked for it has nothing to close, and a thread that is left behind keeps the process alive.
    await queue?.close();
    await lanes.close();
    throw error;
  }
}

function startPipeline(module: URL, start: WorkerStart): Worker {
  return new Worker(module, {
    name: 'inference',
    workerData: start,
    transferList: [...start.lanes.ports],
  });
}

/** A thread that dies after its own ready, while others are not yet, is noticed too. */
async function readiness(queue: InferenceQueue, lanes: StartedLanes): Promise<readonly Notice[]> {
  const [notices] = await Promise.race([
    Promise.all([lanes.ready, queue.ready]),
    queue.failed.then((error) => Promise.reject(error)),
  ]);
  return notices;
}

function engineOf(
  queue: InferenceQueue,
  lanes: StartedLanes,
  about: Pick<InferenceEngine, 'models' | 'parameters' | 'notices'>,
): InferenceEngine {
  return {
    ...about,
    failed: queue.failed,
    analyse: (volume, options) => queue.analyse(volume, options),
    async close() {
      await queue.close();
      // After a failure a lane may be stuck in a run: it is told to end, but not waited for.
      await Promise.race([lanes.close(), queue.failed]);
    },
  };
}

/** @throws LobarError as `loadModelPackage` */
export async function loadPackages(config: InferenceConfig, folder: string): Promise<PipelinePackages> {
  const { lungs: lungsName } = config;
  const [lungsLobes, lungs, classifier, opacities] = await Promise.all([
    loadModelPackage(folder, config.lungsLobes, 'lungs-lobes'),
    lungsName === undefined ? undefined : loadModelPackage(folder, lungsName, 'lungs'),
    loadModelPackage(folder, config.classifier, 'classifier'),
    loadModelPackage(folder, config.opacities, 'opacities'),
  ]);
  return { lungsLobes, ...(lungs === undefined ? {} : { lungs }), classifier, opacities };
}

function loadedModels(
  packages: PipelinePackages,
  executionProvider: ExecutionProvider,
  variants: InferenceConfig['variants'],
): LoadedModel[] {
  return packageList(packages).map((model) => {
    const { task, name, version, trainingData, intendedUse, udi } = model.manifest;
    const { sha256, precision } = modelFile(model, executionProvider, variants);
    return {
      task,
      name,
      version,
      sha256,
      ...(precision === undefined ? {} : { precision }),
      executionProvider,
      trainingData,
      intendedUse,
      ...(udi === undefined ? {} : { udi }),
    };
  });
}
