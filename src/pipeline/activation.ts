import type { Activation, Tensor } from './types.ts';

/**
 * A network's answer [batch, channels, ...] as probabilities: the logistic function of every number, or the
 * softmax over the channels of each pixel, less the largest first so that no exponential overflows. The softmax
 * of a log-softmax is its softmax: both kinds of export are served.
 */
export function activate(answer: Tensor, activation: Activation = 'none'): Tensor {
  if (activation === 'none') return answer;
  const { data, dims } = answer;
  if (activation === 'sigmoid') return { data: data.map((value) => 1 / (1 + Math.exp(-value))), dims };
  const [batch = 1, channels = 1] = dims;
  const out = new Float32Array(data.length);
  const pixels = data.length / (batch * channels);
  const length = channels * pixels;
  for (let start = 0; start < data.length; start += length) {
    for (let p = start; p < start + pixels; p++) softmaxAt(data, p, pixels, start + length, out);
  }
  return { data: out, dims };
}

/** Of the numbers at p, p + step, ... below `end`. */
function softmaxAt(data: Float32Array, p: number, step: number, end: number, out: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = p; i < end; i += step) most = Math.max(most, data[i] as number);
  let sum = 0;
  for (let i = p; i < end; i += step) {
    const power = Math.exp((data[i] as number) - most);
    out[i] = power;
    sum += power;
  }
  for (let i = p; i < end; i += step) out[i] = (out[i] as number) / sum;
}
