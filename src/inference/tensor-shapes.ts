import type { ModelManifest } from './manifest.ts';

/** A shape as ONNX writes it: numbers, and names where a dimension is free. */
export type SymbolicShape = readonly (number | string)[];

/** What Lobar feeds the network and expects back, in numbers: [batch, channels, ...] in, [batch, ...] out. */
export interface TensorShapes {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** The tensors of PIPELINE.md 3 to 5 at the sizes of the manifest. */
export function tensorShapes(manifest: ModelManifest): TensorShapes {
  const { inputSize } = manifest.preprocessing;
  switch (manifest.task) {
    case 'lungs-lobes': {
      const batch = manifest.preprocessing.batchSize;
      // Three channels: the slice below, the slice, the slice above.
      return { input: [batch, 3, ...inputSize], output: [batch, manifest.labels.length, ...inputSize] };
    }
    case 'classifier':
      return { input: [1, 1, ...inputSize], output: [1, manifest.labels.length] };
    case 'opacities': {
      const batch = manifest.preprocessing.batchSize;
      return { input: [batch, 1, ...inputSize], output: [batch, 1, ...inputSize] };
    }
  }
}

/** Whether a symbolic shape can stand for the given dimensions; one name stands for one number. */
export function shapeFits(shape: SymbolicShape, dims: readonly number[]): boolean {
  const named = new Map<string, number>();
  return (
    shape.length === dims.length &&
    shape.every((dim, i) => {
      const wanted = dims[i] as number;
      if (typeof dim === 'number') return dim === wanted;
      const known = named.get(dim) ?? wanted;
      named.set(dim, known);
      return known === wanted;
    })
  );
}
