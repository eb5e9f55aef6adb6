import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphPorts } from './graph-ports.ts';
import type { SymbolicShape } from './tensor-shapes.ts';

/** What a network was seen to answer. */
export interface ObservedAnswers {
  /** Length of the second dimension of the output. */
  readonly channels: number;
  /** Whether every number lies in [0, 1]. */
  readonly unit: boolean;
  /** Whether they also sum to 1 over the channels, everywhere. */
  readonly exclusive: boolean;
}

const rounding = 1e-3;

/** [ours] Of a tensor with which a strange file is tried, 256 MiB: a whole CT of 512 x 512 x 256, and no more. */
export const mostNumbers = 2 ** 26;

/** Numbers in a tensor of this shape, a free dimension counted as 1. */
export function numbersOf(shape: SymbolicShape): number {
  return shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}

/**
 * Runs a graph once on numbers of [-1, 2] that look like no scan, to see whether probabilities come out of it,
 * whatever goes in. What `dims` and the graph itself declare is to be compared with {@link mostNumbers} before.
 *
 * @throws what ONNX Runtime throws where it does not run at this size
 */
export async function observeAnswers(
  session: InferenceSession,
  ports: GraphPorts,
  dims: readonly number[],
): Promise<ObservedAnswers> {
  const [input, output] = [ports.inputs[0]?.name ?? '', ports.outputs[0]?.name ?? ''];
  const length = numbersOf(dims);
  // Golden-ratio steps fill the interval evenly (Weyl's sequence).
  const data = Float32Array.from({ length }, (_, i) => ((i * 0.6180339887) % 1) * 3 - 1);
  const answer = (await session.run({ [input]: new Tensor('float32', data, [...dims]) }))[output];
  const numbers = answer?.data instanceof Float32Array ? answer.data : new Float32Array();
  const [batch = 1, channels = 1] = answer?.dims ?? [];
  let unit = true;
  for (const value of numbers) unit &&= value >= -rounding && value <= 1 + rounding;
  return {
    channels,
    unit,
    exclusive: unit && sumToOne(numbers, channels, numbers.length / (batch * channels)),
  };
}

function sumToOne(numbers: Float32Array, channels: number, pixels: number): boolean {
  for (let sample = 0; sample < numbers.length; sample += channels * pixels) {
    for (let p = sample; p < sample + pixels; p++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += numbers[p + channel * pixels] as number;
      if (Math.abs(sum - 1) > 10 * rounding) return false;
    }
  }
  return true;
}
