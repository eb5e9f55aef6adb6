import { classes } from '../pipeline/types.ts';
import { lungWindow } from '../volume/window.ts';
import { fillIn } from './fill-in.ts';
import type { GraphPorts } from './graph-ports.ts';
import type { ModelTask } from './manifest.ts';
import type { SymbolicShape } from './tensor-shapes.ts';

export interface DraftFacts {
  readonly name: string;
  readonly task: ModelTask;
  readonly file: string;
  readonly sha256: string;
  readonly ports: GraphPorts;
  /** Channels of the output, from the graph or from a run. */
  readonly labels: number;
  readonly activation: 'none' | 'sigmoid' | 'softmax';
}

const batchSize = 4;
/** Of the paper's pipeline, where the graph leaves its sizes free. */
const usualSize = {
  'lungs-lobes': [256, 256],
  lungs: [256, 256],
  classifier: [64, 224, 224],
  opacities: [320, 320],
} as const satisfies Record<ModelTask, readonly number[]>;
const usualChannels = { 'lungs-lobes': 3, lungs: 3, classifier: 1, opacities: 1 } as const;

/** The manifest of an ONNX file as far as the file itself tells it; the rest are defaults, or to be filled in. */
export function draftManifest({ name, task, file, sha256, ports, labels, activation }: DraftFacts): object {
  return {
    name,
    version: '0.1.0',
    task,
    file,
    sha256,
    inputs: ports.inputs,
    outputs: ports.outputs,
    preprocessing: preprocessing(task, ports),
    ...(activation === 'none' ? {} : { activation }),
    labels: labelsOf(task, labels),
    ...thresholds(task),
    trainingData: fillIn('what the network was trained on: how many scans, of whom, from where'),
    intendedUse: fillIn('what the network may be used for, and what for not'),
    limits: [fillIn('where it is known to be wrong, or that this is not known')],
    licence: fillIn('SPDX licence expression of the weights'),
  };
}

/** The sizes at which a draft is run, [batch, channels, ...]. */
export function draftInput(task: ModelTask, ports: GraphPorts): readonly number[] {
  const shape = ports.inputs[0]?.shape ?? [];
  const batch = task === 'classifier' ? 1 : fixed(shape, 0, batchSize);
  return [batch, fixed(shape, 1, usualChannels[task]), ...sizeOf(task, shape)];
}

function preprocessing(task: ModelTask, ports: GraphPorts): object {
  const [batch, channels = 1, ...inputSize] = draftInput(task, ports);
  // A network that was trained in another window needs that one.
  const common = { inputSize, window: lungWindow };
  if (task === 'classifier') return common;
  const shared = { ...common, ...(channels === usualChannels[task] ? {} : { channels }) };
  if (task === 'opacities') return { ...shared, batchSize: batch };
  const context = channels > 1 && channels % 2 === 1 ? { contextMm: 10 } : {};
  return { ...shared, ...context, sliceStepMm: 2, batchSize: batch };
}

function sizeOf(task: ModelTask, shape: SymbolicShape): number[] {
  return usualSize[task].map((usual, i) => fixed(shape, i + 2, usual));
}

function fixed(shape: SymbolicShape, axis: number, otherwise: number): number {
  const dim = shape[axis];
  return typeof dim === 'number' ? dim : otherwise;
}

/** Which channel is what no file says, but of the one channel of an opacity network. */
function labelsOf(task: ModelTask, count: number): readonly string[] {
  if (task === 'opacities' && count === 1) return ['opacity'];
  const allowed = {
    'lungs-lobes': 'background, RUL, RML, RLL, LUL or LLL',
    lungs: 'background, right-lung or left-lung',
    classifier: classes.join(', '),
    opacities: 'opacity, or background for all that is none',
  }[task];
  return Array.from({ length: count }, (_, i) => fillIn(`what output channel ${i} means: ${allowed}`));
}

function thresholds(task: ModelTask): object {
  if (task === 'classifier') return { thresholds: { noImagingSigns: 0.45, covid19: 0.45 } };
  return task === 'opacities' ? { thresholds: { opacity: 0.5 }, noiseFloorMl: 0.1 } : {};
}
