import { LobarError } from '../../errors.ts';
import { boundingBox } from '../../volume/box.ts';
import { planResize, resizePlaneBy } from '../../volume/resize.ts';
import type { CtVolume } from '../../volume/types.ts';
import { windowHu } from '../../volume/window.ts';
import { activate } from '../activation.ts';
import { channelOffsets, channelScales, writeChannel } from '../network-input.ts';
import { runBatches } from '../run-batches.ts';
import type { LungNetworkParameters, Network, PipelineHooks, Tensor } from '../types.ts';
import { tissueHu } from './body-mask.ts';
import type { WorkGrid } from './work-grid.ts';

/** The part of every slice that a network sees, in pixels of the volume; ends are exclusive. */
export interface SeenPart {
  readonly rows: readonly [start: number, end: number];
  readonly columns: readonly [start: number, end: number];
}

/** What the network said, one plane of its own grid for each slice that it was asked about. */
export interface LabelledSlices {
  /** [height, width] of a plane. */
  readonly size: readonly [number, number];
  /** What a plane covers; absent: the whole slice. */
  readonly seen?: SeenPart;
  /** Slices of the volume, feet to head. */
  readonly slices: readonly number[];
  /** What lies between two slices that were asked about, in slices. */
  readonly step: number;
  /** Probability of lung (1 - background) times 255, a plane a slice. */
  readonly lung: readonly Uint8Array[];
  /** The likeliest part (index in `parts` + 1) wherever lung is possible at all, else 0; a plane a slice. */
  readonly label: readonly Uint8Array[];
}

/** A network that names the parts of the lungs, and what it can name beside the background. */
export interface LungPartsNetwork<Part extends string> {
  readonly network: Network;
  readonly parameters: LungNetworkParameters<Part>;
  readonly parts: readonly Part[];
  /** What errors call it. */
  readonly name: string;
}

export interface NetworkHooks extends Pick<PipelineHooks, 'throwIfCancelled'> {
  readonly onFraction: (fraction: number) => void;
}

/** Channels of a softmax that was worked out in half precision (eps 2^-11) sum to 1 within this. */
const halfPrecision = 0.01;
/** Below this probability of lung (of 255) a pixel has no label. */
const faintest = 13;
/** Of the input, where the parameters do not say: the slices `contextMm` below and above, and the slice. */
const defaultChannels = 3;

/**
 * Asks a network that names the parts of the lungs about the slices that hold air inside the body, no two
 * nearer than `sliceStepMm`: by default three slices a sample, at z - contextMm, z and z + contextMm (clamped
 * at the ends), resized to the input size, windowed and scaled. PIPELINE.md 3.
 *
 * @throws LobarError `inference-failed` when the network's answer is not a probability for every label
 */
export async function askSliceNetwork<Part extends string>(
  volume: CtVolume,
  grid: WorkGrid,
  body: Uint8Array,
  { network, parameters, parts, name }: LungPartsNetwork<Part>,
  hooks: NetworkHooks,
): Promise<LabelledSlices> {
  const { inputSize, batchSize, labels, channels = defaultChannels } = parameters;
  const step = Math.max(1, Math.ceil(parameters.sliceStepMm / volume.spacingMm[0] - 1e-3));
  const slices = slicesToAsk(volume, grid, body, step);
  const seen = parameters.crop === 'body' ? bodyPart(volume, grid, body) : undefined;
  const offsets = channelOffsets(parameters, channels, volume.spacingMm[0]);
  const scales = channelScales(parameters, channels);
  const planes = windowedPlanes(volume, parameters, seen, -2 * (offsets[0] ?? 0));
  const planeSize = inputSize[0] * inputSize[1];
  const lung: Uint8Array[] = [];
  const label: Uint8Array[] = [];
  const length = labels.length * planeSize;
  let sent = 0;
  await runBatches<readonly number[]>(
    network,
    {
      next() {
        const zs = slices.slice(sent, sent + batchSize);
        sent += zs.length;
        return zs.length === 0 ? undefined : zs;
      },
      dims: [batchSize, channels, inputSize[0], inputSize[1]],
      write(zs, data) {
        zs.forEach((z, sample) => {
          offsets.forEach((offset, channel) => {
            const start = (sample * channels + channel) * planeSize;
            const out = data.subarray(start, start + planeSize);
            writeChannel(planes(z + offset), scales[channel] ?? { slope: 1, offset: 0 }, out);
          });
        });
        // The last batch is as large as the others, filled up with zeros.
        data.fill(0, zs.length * channels * planeSize);
      },
      read(zs, answer) {
        const output = probabilities(answer, parameters, batchSize * length, name);
        zs.forEach((_, sample) => {
          const one = output.subarray(sample * length, (sample + 1) * length);
          const plane = readAnswer(one, planeSize, labels, parts);
          if (plane === undefined) throw noProbabilities(name);
          lung.push(plane.lung);
          label.push(plane.label);
        });
        hooks.onFraction(lung.length / slices.length);
      },
    },
    hooks,
  );
  return { size: inputSize, ...(seen === undefined ? {} : { seen }), slices, step, lung, label };
}

function slicesToAsk(volume: CtVolume, { hu, shape, factors }: WorkGrid, body: Uint8Array, step: number) {
  const sliceSize = shape[1] * shape[2];
  const hasAir = Array.from({ length: shape[0] }, (_, z) => {
    for (let i = z * sliceSize; i < (z + 1) * sliceSize; i++) {
      if (body[i] !== 0 && (hu[i] as number) < tissueHu) return true;
    }
    return false;
  });
  const slices: number[] = [];
  for (let z = 0; z < volume.shape[0]; z += step) if (hasAir[Math.floor(z / factors[0])]) slices.push(z);
  return slices;
}

/** One box around the body for all slices, so that a mask that is stacked does not jump from slice to slice. */
function bodyPart({ shape }: CtVolume, grid: WorkGrid, body: Uint8Array): SeenPart | undefined {
  const box = boundingBox(body, grid.shape);
  if (box === undefined) return undefined;
  const along = (axis: 1 | 2) =>
    [
      box.start[axis] * grid.factors[axis],
      Math.min(shape[axis], box.end[axis] * grid.factors[axis]),
    ] as const;
  return { rows: along(1), columns: along(2) };
}

/** Slices on the network's grid, windowed; those that a later sample may ask for again are kept. */
function windowedPlanes(
  { data, shape }: CtVolume,
  { inputSize, window }: Pick<LungNetworkParameters<string>, 'inputSize' | 'window'>,
  seen: SeenPart | undefined,
  reach: number,
): (z: number) => Float32Array {
  const [, height, width] = shape;
  const { rows, columns } = seen ?? { rows: [0, height], columns: [0, width] };
  const across = columns[1] - columns[0];
  const plan = planResize([rows[1] - rows[0], across], inputSize);
  const part = new Int16Array((rows[1] - rows[0]) * across);
  const kept = new Map<number, Float32Array>();
  return (z) => {
    const slice = Math.min(shape[0] - 1, Math.max(0, z));
    let plane = kept.get(slice);
    if (plane === undefined) {
      for (let y = rows[0]; y < rows[1]; y++) {
        const row = (slice * height + y) * width;
        part.set(data.subarray(row + columns[0], row + columns[1]), (y - rows[0]) * across);
      }
      plane = resizePlaneBy(plan, part);
      windowHu(plane, window, plane);
      for (const old of kept.keys()) if (old < slice - reach) kept.delete(old);
      kept.set(slice, plane);
    }
    return plane;
  };
}

function probabilities(
  answer: Tensor,
  { activation }: Pick<LungNetworkParameters<string>, 'activation'>,
  length: number,
  name: string,
): Float32Array {
  if (answer.data.length === length) return activate(answer, activation).data;
  const problem = `the ${name} network answered ${answer.data.length} numbers instead of ${length}`;
  throw new LobarError('inference-failed', { problem });
}

function noProbabilities(name: string): LobarError {
  const problem = `the ${name} network did not answer probabilities (softmax inside, or \`activation\` in its manifest)`;
  return new LobarError('inference-failed', { problem });
}

/**
 * The planes of one sample; undefined where the channels of some pixel are no probabilities that sum to 1.
 *
 * One pass for both, and the usual six channels written out: a quarter less time than one pass for each.
 */
export function readAnswer<Part extends string>(
  answer: Float32Array,
  planeSize: number,
  labels: readonly (Part | 'background')[],
  parts: readonly Part[],
): { lung: Uint8Array; label: Uint8Array } | undefined {
  const channelOf = (label: Part | 'background') => labels.indexOf(label) * planeSize;
  const background = channelOf('background');
  const channels = Int32Array.from(parts, channelOf);
  const isProbability = labels.length === 6 ? sixSumToOne : sumToOne;
  const lung = new Uint8Array(planeSize);
  const names = new Uint8Array(planeSize);
  for (let p = 0; p < planeSize; p++) {
    if (!isProbability(answer, planeSize, p)) return undefined;
    const probability = Math.round(255 * (1 - (answer[background + p] as number)));
    if (probability < faintest) continue;
    lung[p] = probability;
    let best = 0;
    for (let k = 1; k < channels.length; k++) {
      const value = answer[(channels[k] as number) + p] as number;
      if (value > (answer[(channels[best] as number) + p] as number)) best = k;
    }
    names[p] = best + 1;
  }
  return { lung, label: names };
}

/** Whether the channels of a pixel, at p, p + step, ..., are probabilities that sum to 1. */
function sumToOne(answer: Float32Array, step: number, p: number): boolean {
  let sum = 0;
  let magnitude = 0;
  for (let at = p; at < answer.length; at += step) {
    const value = answer[at] as number;
    sum += value;
    magnitude += Math.abs(value);
  }
  // Every comparison with a NaN is false. Where the sum is 1 and no channel below 0, none is above 1.
  return sum >= 1 - halfPrecision && magnitude <= 1 + halfPrecision;
}

function sixSumToOne(answer: Float32Array, step: number, p: number): boolean {
  const a = answer[p] as number;
  const b = answer[p + step] as number;
  const c = answer[p + 2 * step] as number;
  const d = answer[p + 3 * step] as number;
  const e = answer[p + 4 * step] as number;
  const f = answer[p + 5 * step] as number;
  const magnitude = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d) + Math.abs(e) + Math.abs(f);
  return a + b + c + d + e + f >= 1 - halfPrecision && magnitude <= 1 + halfPrecision;
}
