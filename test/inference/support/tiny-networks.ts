import type { Dim, Graph, Port } from './write-onnx.ts';

const slices = (channels: number, type?: Port['type']): Port => ({
  name: 'x',
  shape: ['b', channels, 'h', 'w'],
  ...(type === undefined ? {} : { type }),
});

/** Of each channel of the output, the weights of the input's channels, then what is added. */
type Rows = readonly (readonly number[])[];

/** A network of one 1 x 1 convolution: each channel out is a sum of the channels in, and a constant. */
export function pixelwise(rows: Rows, activation?: 'Sigmoid' | 'Softmax'): Graph {
  const channels = (rows[0]?.length ?? 1) - 1;
  const last = activation === undefined ? 'p' : 'logits';
  return {
    inputs: [slices(channels)],
    outputs: [{ name: 'p', shape: ['b', rows.length, 'h', 'w'] }],
    nodes: [
      { op: 'Conv', inputs: ['x', 'k', 'c'], outputs: [last] },
      ...(activation === undefined
        ? []
        : [
            {
              op: activation,
              inputs: ['logits'],
              outputs: ['p'],
              ...(activation === 'Softmax' ? { integers: { axis: 1 } } : {}),
            },
          ]),
    ],
    weights: [
      {
        name: 'k',
        dims: [rows.length, channels, 1, 1],
        values: rows.flatMap((row) => row.slice(0, -1)),
      },
      { name: 'c', dims: [rows.length], values: rows.map((row) => row.at(-1) ?? 0) },
    ],
  };
}

/** Logits that are above 0 where the window's value is above the given one. */
export const above = (value: number): Graph => pixelwise([[20, -20 * value]]);

/** Three logits of a whole volume, by its mean. */
export const volumeClassifier: Graph = {
  inputs: [{ name: 'x', shape: ['b', 1, 'd', 'h', 'w'] }],
  outputs: [{ name: 'p', shape: ['b', 3] }],
  nodes: [
    { op: 'GlobalAveragePool', inputs: ['x'], outputs: ['mean'] },
    { op: 'Flatten', inputs: ['mean'], outputs: ['flat'], integers: { axis: 1 } },
    { op: 'MatMul', inputs: ['flat', 'k'], outputs: ['p'] },
  ],
  weights: [{ name: 'k', dims: [1, 3], values: [4, -4, 8] }],
};

/** `volumeClassifier` that answers a volume of zeros, and of any other never: a Loop of 10^12 rounds for its maximum. */
export const hangingClassifier: Graph = {
  ...volumeClassifier,
  outputs: [{ name: 'looped', shape: ['b', 3] }],
  nodes: [
    ...volumeClassifier.nodes,
    { op: 'ReduceMax', inputs: ['x'], outputs: ['max'], integers: { keepdims: 0 } },
    { op: 'Mul', inputs: ['max', 'many'], outputs: ['rounds'] },
    { op: 'Cast', inputs: ['rounds'], outputs: ['count'], integers: { to: 7 } },
    {
      op: 'Loop',
      inputs: ['count', '', 'p'],
      outputs: ['looped'],
      graphs: {
        body: {
          inputs: [
            { name: 'round', shape: [], type: 'int64' },
            { name: 'on', shape: [], type: 'bool' },
            { name: 'before', shape: ['b', 3] },
          ],
          outputs: [
            { name: 'goOn', shape: [], type: 'bool' },
            { name: 'after', shape: ['b', 3] },
          ],
          nodes: [
            { op: 'Identity', inputs: ['on'], outputs: ['goOn'] },
            { op: 'Softmax', inputs: ['before'], outputs: ['after'], integers: { axis: 1 } },
          ],
        },
      },
    },
  ],
  weights: [...(volumeClassifier.weights ?? []), { name: 'many', dims: [], values: [1e12] }],
};

/** The same graph with other shapes at its ends. */
export function withShapes(graph: Graph, input: readonly Dim[], output: readonly Dim[]): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map((port) => ({ ...port, shape: input })),
    outputs: graph.outputs.map((port) => ({ ...port, shape: output })),
  };
}

/** Takes whole numbers, as a network that was exported with its own cast does. */
export function ofIntegers(graph: Graph): Graph {
  const [first, ...more] = graph.nodes;
  if (first === undefined) return graph;
  return {
    ...graph,
    inputs: graph.inputs.map((port) => ({ ...port, type: 'int64' as const })),
    nodes: [
      { op: 'Cast', inputs: ['x'], outputs: ['cast'], integers: { to: 1 } },
      { ...first, inputs: first.inputs.map((name) => (name === 'x' ? 'cast' : name)) },
      ...more,
    ],
  };
}

/** The same network with its input rounded to 256 steps between 0 and 1, in the QDQ form of static INT8. */
export function inEightBits(graph: Graph): Graph {
  const [first, ...more] = graph.nodes;
  if (first === undefined) return graph;
  return {
    ...graph,
    nodes: [
      { op: 'QuantizeLinear', inputs: ['x', 'step'], outputs: ['q'] },
      { op: 'DequantizeLinear', inputs: ['q', 'step'], outputs: ['rounded'] },
      { ...first, inputs: first.inputs.map((name) => (name === 'x' ? 'rounded' : name)) },
      ...more,
    ],
    weights: [...(graph.weights ?? []), { name: 'step', dims: [], values: [1 / 255] }],
  };
}
