import { readFileSync } from 'node:fs';
import { LobarError } from '../../errors.ts';

/**
 * The functions of assembly/, which says what each does and `npm run simd` compiles. Arrays are told by their byte
 * offset in the memory of the kernels.
 */
export interface Kernels {
  allWithin(values: number, length: number, low: number, high: number): number;
  readParts(
    answer: number,
    length: number,
    channels: number,
    background: number,
    parts: number,
    count: number,
    faintest: number,
    tolerance: number,
    lung: number,
    names: number,
  ): number;
  windowPlane(plane: number, length: number, low: number, width: number): void;
  planeSums(plane: number, length: number, out: number): void;
  parabola(
    plane: number,
    length: number,
    low: number,
    high: number,
    a: number,
    minimum: number,
    mirror: number,
  ): void;
  linearHu(
    words: number,
    length: number,
    unused: number,
    isSigned: boolean,
    intercept: number,
    low: number,
    high: number,
    air: number,
  ): void;
  resizeInts(
    source: number,
    width: number,
    rows: number,
    rowFirst: number,
    rowWeights: number,
    rowTaps: number,
    columns: number,
    columnFirst: number,
    columnWeights: number,
    columnTaps: number,
    row: number,
    out: number,
  ): void;
}

interface ArrayKind<Values> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Values;
}

type Layout = Readonly<Record<string, readonly [kind: ArrayKind<unknown>, length: number]>>;

type Arrays<Of extends Layout> = {
  readonly [Name in keyof Of]: Of[Name][0] extends ArrayKind<infer Values> ? Values : never;
};

const pageBytes = 65_536;
/** Enough for any vector. */
const alignment = 16;
/** The compiler takes addresses below for unused. Kernels have no static data, which would lie above (a test sees to it). */
const firstOffset = 1024;

const compiled = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));

/**
 * The kernels with a memory of their own that holds these arrays, all 0, and nothing else. It never grows, so that the
 * arrays stay what they are; it goes with the last of them. V8 reserves 8 GB of addresses around each memory, of which
 * none but that of the arrays is ever used.
 *
 * @throws LobarError `inference-failed` where there is no memory to be had
 */
export function openKernels<const Of extends Layout>(
  layout: Of,
): { readonly kernels: Kernels; readonly arrays: Arrays<Of> } {
  let end = firstOffset;
  const offsets = Object.entries(layout).map(([name, [kind, length]]) => {
    const offset = end;
    end = Math.ceil((offset + length * kind.BYTES_PER_ELEMENT) / alignment) * alignment;
    return { name, kind, length, offset };
  });
  const pages = Math.ceil(end / pageBytes);
  const memory = openMemory(pages);
  const arrays = offsets.map(({ name, kind, length, offset }) => [
    name,
    new kind(memory.buffer, offset, length),
  ]);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return {
    kernels: exports as Kernels,
    arrays: Object.fromEntries(arrays) as Arrays<Of>,
  };
}

function openMemory(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    const problem =
      'WebAssembly got no memory; where addresses of the process are limited (ulimit -v), the limit is too low';
    throw new LobarError('inference-failed', { problem }, { cause });
  }
}
