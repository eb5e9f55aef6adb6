import type { Network, PipelineParameters, Tensor } from '../../../src/pipeline/types.ts';

/** Of a lobe network that sees the synthetic chest (synthetic-chest.ts) at half its size. */
export const lobeParameters: PipelineParameters['lungsLobes'] = {
  inputSize: [56, 64],
  window: { level: -500, width: 1500 },
  contextMm: 10,
  sliceStepMm: 5,
  labels: ['background', 'LUL', 'LLL', 'RUL', 'RML', 'RLL'],
  batchSize: 4,
};
const [height, width] = lobeParameters.inputSize;

/** Answers one-hot: what `channel` says of each pixel, given its windowed value, row and column. */
function networkOf(channel: (value: number, row: number, column: number) => number): Network {
  return async ({ data, dims }: Tensor) => {
    const [samples = 0] = dims;
    const pixels = (dims[2] as number) * (dims[3] as number);
    const out = new Float32Array(samples * 6 * pixels);
    for (let sample = 0; sample < samples; sample++) {
      for (let p = 0; p < pixels; p++) {
        const value = data[(sample * 3 + 1) * pixels + p] as number;
        const label = channel(value, Math.floor(p / (dims[3] as number)), p % (dims[3] as number));
        out[(sample * 6 + label) * pixels + p] = 1;
      }
    }
    return { data: out, dims: [samples, 6, dims[2] as number, dims[3] as number] };
  };
}

export const silent = networkOf(() => 0);
/** Lung by value (-850 HU is 0.267 in the window); the front half of the right is RML, the rest lower lobes. */
export const byPlace = networkOf((value, row, column) => {
  if (value < 0.25 || value > 0.4) return 0;
  if (column >= width / 2) return 2;
  return row < height * 0.45 ? 4 : 5;
});
