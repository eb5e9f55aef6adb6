/**
 * The thread of a pipeline: one study at a time, what is computed around the networks. Their batches it hands to
 * the lanes (lane-worker.ts), over a port to each.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { LobarError, toPlainError } from '../errors.ts';
import { garbageCollector } from '../garbage-collector.ts';
import { type PipelineResult, runPipeline } from '../pipeline/run-pipeline.ts';
import { type LungGrid, lungGrid } from '../pipeline/trees/lung-grid.ts';
import type { PipelineHooks, PipelineNetworks, PipelineParameters } from '../pipeline/types.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { laneNetworks } from './lane-networks.ts';
import { StageRecorder } from './stage-recorder.ts';
import { toldRarely } from './told-rarely.ts';
import type { FromWorker, InferenceResult, ToWorker, WorkerStart } from './worker-protocol.ts';

if (parentPort === null) throw new Error('inference-worker.ts is started as a worker thread');
serve(parentPort, workerData as WorkerStart);

function serve(port: MessagePort, { parameters, provider, lanes }: WorkerStart): void {
  const tell = (message: FromWorker, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const { lungs, ...others } = laneNetworks(lanes);
  const networks = { ...others, ...(parameters.lungs === undefined ? {} : { lungs }) };
  const collectGarbage = garbageCollector();
  port.on('message', async (message: ToWorker) => {
    if (message.kind === 'run') {
      await run(message, networks, parameters, new StageRecorder(provider), tell);
      // Else the volume, and masks on the way to the last, would lie here until the next study: 216 MB of 275 slices.
      setImmediate(collectGarbage);
      return;
    }
    for (const lane of lanes.ports) lane.close();
    port.close();
  });
  tell({ kind: 'ready' });
}

async function run(
  { volume, options, cancel }: Extract<ToWorker, { kind: 'run' }>,
  networks: PipelineNetworks,
  parameters: PipelineParameters,
  recorder: StageRecorder,
  tell: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void,
): Promise<void> {
  const { keepMasks, tellLungs, ...pipelineOptions } = options;
  const tellProgress = toldRarely((stage, fraction) => tell({ kind: 'progress', stage, fraction }));
  const hooks: PipelineHooks = {
    onProgress: (stage, fraction) => {
      recorder.progress(stage, fraction);
      tellProgress(stage, fraction);
    },
    throwIfCancelled: () => {
      if (Atomics.load(cancel, 0) !== 0) throw new LobarError('cancelled', {});
    },
    ...(tellLungs ? { onLobes: (lobes) => tellOfLungs(volume, lobes, tell) } : {}),
  };
  try {
    hooks.throwIfCancelled();
    const counted = recorder.counting(networks);
    const result = await runPipeline(volume, counted, parameters, pipelineOptions, hooks);
    const kept = keepMasks ? result : withoutMasks(result);
    tell({ kind: 'done', result: kept, ...recorded(recorder) }, buffersToMove(kept));
  } catch (error) {
    tell({ kind: 'failed', error: toPlainError(asInferenceError(error)), ...recorded(recorder) });
  }
}

/** In coarse blocks, which are sent in no time: the lobes themselves are needed here. */
function tellOfLungs(
  volume: CtVolume,
  lobes: LabelMap,
  tell: (message: FromWorker, transfer: readonly ArrayBuffer[]) => void,
): void {
  const lungs = lungsOf(volume, lobes);
  if (lungs === undefined) return;
  const { buffer } = lungs.lobes;
  tell({ kind: 'lungs', lungs }, buffer instanceof ArrayBuffer ? [buffer] : []);
}

/** Undefined too where they cannot be had: for pictures, which must not end the analysis, and are drawn later then. */
function lungsOf(volume: CtVolume, lobes: LabelMap): LungGrid | undefined {
  try {
    return lungGrid(volume, lobes);
  } catch {
    return undefined;
  }
}

function recorded(recorder: StageRecorder) {
  return { stages: recorder.records(), networkSeconds: recorder.networkSeconds };
}

function withoutMasks(result: PipelineResult): InferenceResult {
  if (result.kind !== 'found') return result;
  const { masks: _, ...rest } = result;
  return rest;
}

/** Masks are moved, not copied; shared ones go as they are. */
function buffersToMove(result: InferenceResult): readonly ArrayBuffer[] {
  if (result.kind !== 'found' || result.masks === undefined) return [];
  const { lobes, opacities } = result.masks;
  const buffers = [lobes.data.buffer, opacities.data.buffer];
  return [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))];
}

function asInferenceError(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  // Its message may hold anything; the log gets the frames of the cause.
  const problem = `it threw ${error instanceof Error ? error.name : typeof error}`;
  return new LobarError('inference-failed', { problem }, { cause: error });
}
