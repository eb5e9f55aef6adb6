import type { ModelManifest } from './manifest.ts';

/** A shape as ONNX writes it: numbers, and names where a dimension is free. */
export type SymbolicShape = readonly (number | string)[];

/** Stands for a free dimension that has no name: any number, each time it is met. */
export const unnamed = '?';

/** What Lobar feeds the network and expects back, in numbers: [batch, channels, ...] in, [batch, ...] out. */
export interface TensorShapes {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** The tensors of PIPELINE.md 3 to 5 at the sizes of the manifest. */
export function tensorShapes(manifest: ModelManifest): TensorShapes {
  switch (manifest.task) {
    case 'lungs-lobes':
    case 'lungs': {
      const { batchSize, channels = 3, inputSize } = manifest.preprocessing;
      return ofSlices(batchSize, channels, manifest.labels.length, inputSize);
    }
    case 'classifier':
      return { input: [1, 1, ...manifest.preprocessing.inputSize], output: [1, manifest.labels.length] };
    case 'opacities': {
      const { batchSize, channels = 1, inputSize } = manifest.preprocessing;
      return ofSlices(batchSize, channels, manifest.labels.length, inputSize);
    }
  }
}

function ofSlices(
  batch: number,
  channels: number,
  labels: number,
  size: readonly [number, number],
): TensorShapes {
  return { input: [batch, channels, ...size], output: [batch, labels, ...size] };
}

/** Whether a symbolic shape can stand for the given dimensions; one name stands for one number. */
export function shapeFits(shape: SymbolicShape, dims: readonly number[]): boolean {
  const named = new Map<string, number>();
  return (
    shape.length === dims.length &&
    shape.every((dim, i) => {
      const wanted = dims[i] as number;
      if (typeof dim === 'number') return dim === wanted;
      if (dim === unnamed) return true;
      const known = named.get(dim) ?? wanted;
      named.set(dim, known);
      return known === wanted;
    })
  );
}
