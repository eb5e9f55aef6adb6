/** Writes ONNX graphs without ONNX: the fields of onnx.proto (IR version 8) that they need, as protobuf. */

export type Dim = number | string;
export interface Port {
  readonly name: string;
  readonly shape: readonly Dim[];
  readonly type?: keyof typeof types;
}
export interface Weights {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** Name of another file that they are said to be in. */
  readonly elsewhere?: string;
}
export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly integers?: Readonly<Record<string, number>>;
  /** Attributes that are lists of integers: the strides of a Conv. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  /** Attributes that are texts: the mode of a Resize. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Attributes that are graphs: the body of a Loop. */
  readonly graphs?: Readonly<Record<string, Graph>>;
}
export interface Graph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly Node[];
  readonly weights?: readonly Weights[];
}

/** TensorProto.DataType. */
const types = { float32: 1, int64: 7, bool: 9 } as const;

/** The bytes of a ModelProto of opset 17. */
export function onnxModel(graph: Graph): Buffer {
  return Buffer.concat([integer(1, 8), message(7, graphProto(graph)), message(8, [integer(2, 17)])]);
}

function graphProto({ inputs, outputs, nodes, weights = [] }: Graph): Buffer[] {
  return [
    ...nodes.map((one) => message(1, node(one))),
    text(2, 'tiny'),
    ...weights.map((one) => message(5, tensor(one))),
    ...inputs.map((one) => message(11, port(one))),
    ...outputs.map((one) => message(12, port(one))),
  ];
}

/** AttributeProto.AttributeType: INT is 2, STRING is 3, GRAPH is 5, INTS is 7. */
function node({ op, inputs, outputs, integers = {}, lists = {}, texts = {}, graphs = {} }: Node): Buffer[] {
  const attributes = [
    ...Object.entries(integers).map(([name, value]) =>
      message(5, [text(1, name), integer(3, value), integer(20, 2)]),
    ),
    ...Object.entries(lists).map(([name, values]) =>
      message(5, [text(1, name), ...values.map((value) => integer(8, value)), integer(20, 7)]),
    ),
    ...Object.entries(texts).map(([name, value]) =>
      message(5, [text(1, name), text(4, value), integer(20, 3)]),
    ),
    ...Object.entries(graphs).map(([name, graph]) =>
      message(5, [text(1, name), message(6, graphProto(graph)), integer(20, 5)]),
    ),
  ];
  return [
    ...inputs.map((one) => text(1, one)),
    ...outputs.map((one) => text(2, one)),
    text(4, op),
    ...attributes,
  ];
}

function tensor({ name, dims, values, elsewhere }: Weights): Buffer[] {
  const head = [...dims.map((dim) => integer(1, dim)), integer(2, types.float32), text(8, name)];
  if (elsewhere !== undefined) {
    return [...head, message(13, [text(1, 'location'), text(2, elsewhere)]), integer(14, 1)];
  }
  return [...head, bytes(9, Buffer.from(Float32Array.from(values).buffer))];
}

function port({ name, shape, type = 'float32' }: Port): Buffer[] {
  const dims = shape.map((dim) => message(1, [typeof dim === 'number' ? integer(1, dim) : text(2, dim)]));
  return [text(1, name), message(2, [message(1, [integer(1, types[type]), message(2, dims)])])];
}

function varint(value: number): Buffer {
  const out: number[] = [];
  // Negative numbers are 64-bit two's complement.
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...out, Number(rest)]);
    out.push(Number(rest & 127n) | 128);
  }
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function message(field: number, content: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(content));
}
