import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { resnetUnet } from '../../bench/full-width/resnet-unet.ts';
import { refuseTelemetry } from '../../src/inference/refuse-telemetry.ts';
import { type Graph, onnxModel } from '../inference/support/write-onnx.ts';

/** What models/training's ResNetUNet has, by PyTorch: parameters, and how many of them normalise batches. */
const byPyTorch = [
  { width: 1, parameters: 24_430_097, normalising: 19_008 },
  { width: 0.25, parameters: 1_531_833, normalising: 4768 },
];

describe('The U-Net with random weights', () => {
  it('has the parameters that the recipe has, its batch normalisation folded: one bias for scale and shift', () => {
    for (const { width, parameters, normalising } of byPyTorch) {
      assert.equal(parametersOf(resnetUnet(width, 1)), parameters - normalising / 2);
    }
  });

  it('answers probabilities at the size that it is asked at, for more slices than one', async () => {
    refuseTelemetry();
    const session = await InferenceSession.create(onnxModel(resnetUnet(0.125, 1)));
    const data = Float32Array.from({ length: 2 * 64 * 96 }, (_, at) => (at % 7) / 7);
    const { p } = await session.run({ x: new Tensor('float32', data, [2, 1, 64, 96]) });
    assert.deepEqual(p?.dims, [2, 1, 64, 96]);
    const values = (await p?.getData()) as Float32Array;
    assert.ok(values.every((value) => value > 0 && value < 0.5));
    assert.ok(new Set(values).size > 100, 'it answers something else at each place');
    await session.release();
  });

  it('has the same weights for the same seed', () => {
    const bytes = (seed: number) => onnxModel(resnetUnet(0.125, seed));
    assert.ok(bytes(1).equals(bytes(1)));
    assert.ok(!bytes(1).equals(bytes(2)));
  });
});

/** The factors of doubling are no parameters. */
function parametersOf({ weights = [] }: Graph): number {
  return weights.filter(({ name }) => name !== 'twice').reduce((sum, { values }) => sum + values.length, 0);
}
