import { LobarError } from '../../errors.ts';
import { boundingBox } from '../../volume/box.ts';
import { openSlicePlane } from '../../volume/slice-plane.ts';
import type { CtVolume } from '../../volume/types.ts';
import { activate } from '../activation.ts';
import { channelOffsets, channelScales, writeChannel } from '../network-input.ts';
import { runBatches } from '../run-batches.ts';
import type { LungNetworkParameters, Network, PipelineHooks, Tensor } from '../types.ts';
import { openAnswerReader } from './answer-reader.ts';
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
  const readAnswer = openAnswerReader(planeSize, labels, parts);
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
          const plane = readAnswer(one);
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
  const slicePlane = openSlicePlane([rows[1] - rows[0], across], inputSize);
  const kept = new Map<number, Float32Array>();
  return (z) => {
    const slice = Math.min(shape[0] - 1, Math.max(0, z));
    let plane = kept.get(slice);
    if (plane === undefined) {
      for (let y = rows[0]; y < rows[1]; y++) {
        const row = (slice * height + y) * width;
        slicePlane.hu.set(data.subarray(row + columns[0], row + columns[1]), (y - rows[0]) * across);
      }
      slicePlane.resize();
      slicePlane.window(window);
      plane = slicePlane.plane.slice();
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
