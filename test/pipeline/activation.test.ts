import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { activate } from '../../src/pipeline/activation.ts';

const close = (found: Float32Array, wanted: readonly number[]) => {
  assert.equal(found.length, wanted.length);
  for (const [i, value] of wanted.entries()) {
    assert.ok(Math.abs((found[i] as number) - value) < 1e-6, `${i}: ${found[i]} is not ${value}`);
  }
};

describe('making probabilities of a network’s answer', () => {
  it('leaves an answer as it is by default', () => {
    const answer = { data: Float32Array.of(3, -4), dims: [1, 2] };
    assert.equal(activate(answer), answer);
  });

  it('takes the logistic function of every number, without overflow', () => {
    // scipy.special.expit 1.10: expit([0, 2, -2, 1000, -1000]).
    const { data } = activate({ data: Float32Array.of(0, 2, -2, 1000, -1000), dims: [1, 5] }, 'sigmoid');
    close(data, [0.5, 0.8807970779778823, 0.11920292202211755, 1, 0]);
  });

  it('takes the softmax over the channels of each pixel of each sample, without overflow', () => {
    // By hand: 2 samples, 2 channels, 2 pixels. e^0 : e^(ln 3) is 1 : 3; equal logits are halves; 1000 over 0 is 1.
    const ln3 = Math.log(3);
    const logits = Float32Array.of(0, 1000, ln3, 0, -5, 7, -5, 7 + ln3);
    const { data, dims } = activate({ data: logits, dims: [2, 2, 1, 2] }, 'softmax');
    assert.deepEqual(dims, [2, 2, 1, 2]);
    close(data, [0.25, 1, 0.75, 0, 0.5, 0.25, 0.5, 0.75]);
  });

  it('takes a log-softmax for what it is', () => {
    const logs = Float32Array.of(0.2, 0.5, 0.3).map(Math.log);
    close(activate({ data: logs, dims: [1, 3] }, 'softmax').data, [0.2, 0.5, 0.3]);
  });
});
