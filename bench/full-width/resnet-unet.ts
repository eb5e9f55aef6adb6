/** The paper's U-Net with a ResNet-34 encoder (PIPELINE.md 5) as a graph with random weights: for measuring only. */
import { createRandom, type Random } from '../../src/sandbox/phantom/random.ts';
import type { Graph, Node, Weights } from '../../test/inference/support/write-onnx.ts';

/** He et al. 2016, Table 1. */
const encoder = [64, 64, 128, 256, 512] as const;
const blocksAStage = [3, 4, 6, 3] as const;
const decoder = [256, 128, 64, 32, 16] as const;
/** So far below 0 that random weights mark next to nothing. */
const headBias = -8;
/** Of each block beside its shortcut, so that sums of sixteen stay small without batch normalisation. */
const residualGain = 0.25;

interface Convolution {
  readonly size: number;
  readonly stride?: number;
  /** Of the weights' standard deviation, times that of He et al. 2015. */
  readonly gain?: number;
  readonly relu?: boolean;
  readonly bias?: number;
}

/**
 * As models/training exports it, batch normalisation folded into the convolutions: input `x` [b, 1, h, w], h and w
 * multiples of 32, output `p` [b, 1, h, w].
 *
 * @param width - of the channels, 8 at least: 1 is the paper's 24.4 million parameters
 * @param seed - the same weights for the same seed, on every machine
 */
export function resnetUnet(width: number, seed: number): Graph {
  const scaled = (channels: number) => Math.max(8, Math.round(channels * width));
  const draft = openDraft(createRandom(seed, 'full-width U-Net'));
  const { convolve, node } = draft;

  let x = convolve('x', 1, scaled(encoder[0]), { size: 7, stride: 2, relu: true });
  const beside = [{ name: x, channels: scaled(encoder[0]) }];
  x = node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let channels = scaled(encoder[0]);
  for (const [stage, count] of blocksAStage.entries()) {
    const out = scaled(encoder[stage + 1] ?? 0);
    for (let block = 0; block < count; block += 1) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const within = convolve(x, channels, out, { size: 3, stride, relu: true });
      const residual = convolve(within, out, out, { size: 3, gain: residualGain });
      const isSame = stride === 1 && channels === out;
      const shortcut = isSame ? x : convolve(x, channels, out, { size: 1, stride });
      x = node('Relu', [node('Add', [residual, shortcut])]);
      channels = out;
    }
    beside.push({ name: x, channels });
  }
  const skips = beside.slice(0, -1).toReversed();
  for (const [level, wanted] of decoder.entries()) {
    const out = scaled(wanted);
    const skip = skips[level];
    x = draft.double(x);
    if (skip !== undefined) x = draft.concatenate(x, skip.name);
    x = convolve(x, channels + (skip?.channels ?? 0), out, { size: 3, relu: true });
    x = convolve(x, out, out, { size: 3, relu: true });
    channels = out;
  }
  draft.last('Sigmoid', convolve(x, channels, 1, { size: 3, gain: 0.1, bias: headBias }), 'p');
  const port = (name: string) => ({ name, shape: ['b', 1, 'h', 'w'] });
  return { inputs: [port('x')], outputs: [port('p')], nodes: draft.nodes, weights: draft.weights };
}

function openDraft(random: Random) {
  const nodes: Node[] = [];
  const weights: Weights[] = [{ name: 'twice', dims: [4], values: [1, 1, 2, 2] }];
  const add = (op: string, inputs: readonly string[], more: Partial<Node> = {}) => {
    const output = `t${nodes.length}`;
    nodes.push({ op, inputs, outputs: [output], ...more });
    return output;
  };
  const node = (op: string, inputs: readonly string[], lists: NonNullable<Node['lists']> = {}) =>
    add(op, inputs, { lists });
  const convolve = (x: string, from: number, to: number, options: Convolution) => {
    const { size, stride = 1, gain = 1, relu = false, bias = 0 } = options;
    const [w, b] = [`w${weights.length}`, `b${weights.length}`];
    const deviation = gain * Math.sqrt(2 / (from * size * size));
    const values = new Float32Array(to * from * size * size);
    for (let at = 0; at < values.length; at += 1) values[at] = deviation * random.normal();
    weights.push(
      { name: w, dims: [to, from, size, size], values },
      { name: b, dims: [to], values: new Float32Array(to).fill(bias) },
    );
    const pad = (size - 1) / 2;
    const lists = { kernel_shape: [size, size], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const out = node('Conv', [x, w, b], lists);
    return relu ? node('Relu', [out]) : out;
  };
  return {
    nodes,
    weights,
    node,
    convolve,
    /** Nearest-neighbour doubling, as PyTorch exports it. */
    double: (x: string) =>
      add('Resize', [x, '', 'twice'], {
        texts: { coordinate_transformation_mode: 'asymmetric', mode: 'nearest', nearest_mode: 'floor' },
      }),
    concatenate: (x: string, y: string) => add('Concat', [x, y], { integers: { axis: 1 } }),
    last: (op: string, input: string, output: string) =>
      nodes.push({ op, inputs: [input], outputs: [output] }),
  };
}
