import type { InferenceSession } from 'onnxruntime-node';
import type { ModelManifest } from './manifest.ts';
import { type SymbolicShape, unnamed } from './tensor-shapes.ts';

/** An input or output of an ONNX graph. */
export interface GraphPort {
  readonly name: string;
  /** 'float32' and its like; for what is no tensor 'no tensor'. */
  readonly type: string;
  readonly shape: SymbolicShape;
}

export interface GraphPorts {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/** What an ONNX graph takes and gives, as a manifest writes it; a free dimension without a name is '?'. */
export function graphPorts({ inputMetadata, outputMetadata }: InferenceSession): GraphPorts {
  return { inputs: inputMetadata.map(port), outputs: outputMetadata.map(port) };
}

function port(metadata: InferenceSession.ValueMetadata): GraphPort {
  if (!metadata.isTensor) return { name: metadata.name, type: 'no tensor', shape: [] };
  const { name, type, shape } = metadata;
  return { name, type, shape: shape.map((dim) => (dim === '' || dim === -1 ? unnamed : dim)) };
}

/** What of a graph no manifest can describe, each with what to do about it. */
export function unusablePorts(ports: GraphPorts): readonly string[] {
  return (['inputs', 'outputs'] as const).flatMap((side) => {
    const one = side.slice(0, -1);
    const [first, ...more] = ports[side];
    if (first === undefined) return [`the ONNX graph has no ${one}`];
    const types = ports[side].filter(({ type }) => type !== 'float32');
    return [
      ...(more.length === 0
        ? []
        : [
            `the ONNX graph has ${more.length + 1} ${side} (${ports[side].map(({ name }) => name).join(', ')}), Lobar takes one: export the network with one ${one}`,
          ]),
      ...types.map(
        ({ name, type }) =>
          `${one} ${name} of the ONNX graph is ${type}, Lobar takes float32: export it with a cast${side === 'outputs' ? ', and probabilities or logits instead of labels' : ''}`,
      ),
    ];
  });
}

/** Where manifest and graph disagree about names, types and shapes; `graph` names the file, where it is not the main one. */
export function portMistakes(
  said: Pick<ModelManifest, 'inputs' | 'outputs'>,
  found: GraphPorts,
  graph?: string,
): readonly string[] {
  const the = graph === undefined ? 'the ONNX graph' : `the ONNX graph of ${graph}`;
  const written = (ports: readonly GraphPort[]) =>
    ports
      .map(({ name, type, shape }) =>
        type === 'no tensor' ? `${name} (no tensor)` : `${name} ${type} [${shape.join(', ')}]`,
      )
      .join(' and ');
  return (['inputs', 'outputs'] as const)
    .filter((side) => written(said[side]) !== written(found[side]))
    .map((side) => `/${side} says ${written(said[side])}, ${the} has ${written(found[side])}`);
}
