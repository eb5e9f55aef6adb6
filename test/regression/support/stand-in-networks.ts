import type { Network, PipelineNetworks, PipelineParameters } from '../../../src/pipeline/types.ts';

/**
 * Networks that are plain arithmetic on their input, exact on every machine, for the parameters of the shipped packages:
 * what the pipeline makes of their answers can be compared bit for bit where the ONNX runtime's own cannot, as that
 * depends on the processor.
 */
export function standInNetworks({ lungsLobes }: PipelineParameters): PipelineNetworks {
  const { labels } = lungsLobes;
  const channelOf = (label: (typeof labels)[number]) => labels.indexOf(label);
  return {
    // Lung is what is about as dark as lung in the middle channel; lobes are boxes of the plane.
    lungsLobes: sliceNetwork(labels.length, ({ value, y, x, write }) => {
      const isLung = value > 0.1 && value < 0.55;
      const lung = isLung ? 0.75 + value / 4 : value / 8;
      write(channelOf('background'), 1 - lung);
      const [upper, lower] = x < 0.5 ? (['RUL', 'RLL'] as const) : (['LUL', 'LLL'] as const);
      const front = y < 0.5 ? upper : lower;
      const named = x < 0.5 && y > 0.375 && y < 0.5 ? 'RML' : front;
      write(channelOf(named), lung);
    }),
    opacities: sliceNetwork(1, ({ value, write }) => write(0, Math.min(1, Math.max(0, 2.5 * value - 0.75)))),
    classifier: async ({ data }) => {
      let sum = 0;
      for (const value of data) sum += value;
      const share = Math.min(0.5, sum / data.length);
      return { data: Float32Array.of(share, 0.25, 0.75 - share), dims: [1, 3] };
    },
  };
}

interface Pixel {
  /** Of the middle channel. */
  readonly value: number;
  /** 0 to 1, from the top and from the left. */
  readonly y: number;
  readonly x: number;
  readonly write: (channel: number, value: number) => void;
}

/** [batch, channels, height, width] to [batch, `labels`, height, width], pixel by pixel. */
function sliceNetwork(labels: number, answer: (pixel: Pixel) => void): Network {
  return async ({ data, dims }) => {
    const [batch = 0, channels = 0, height = 0, width = 0] = dims;
    const plane = height * width;
    const out = new Float32Array(batch * labels * plane);
    for (let sample = 0; sample < batch; sample += 1) {
      const middle = (sample * channels + (channels - 1) / 2) * plane;
      for (let p = 0; p < plane; p += 1) {
        answer({
          value: data[middle + p] as number,
          y: Math.floor(p / width) / height,
          x: (p % width) / width,
          write: (channel, value) => {
            out[(sample * labels + channel) * plane + p] = value;
          },
        });
      }
    }
    return { data: out, dims: [batch, labels, height, width] };
  };
}
