import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { loadModelPackage } from '../../src/inference/model-packages.ts';
import { refuseTelemetry } from '../../src/inference/refuse-telemetry.ts';
import { sessionOptions } from '../../src/inference/session-options.ts';
import { shippedModels } from './support/copy-models.ts';
import { readVector, worstDifference } from './support/read-vector.ts';

/**
 * Inputs and what PyTorch 1.13 made of them, with the same weights (rounded to float16, as they are stored) in
 * float32: written by `recipe export --vectors` (models/training). A phantom, so that the answers are neither all
 * 0 nor all 1. float32, little endian.
 */
const vectors = [
  { task: 'lungs-lobes', input: [1, 5, 128, 128], output: [1, 6, 128, 128] },
  { task: 'classifier', input: [1, 1, 32, 32, 32], output: [1, 3] },
  { task: 'opacities', input: [1, 1, 128, 128], output: [1, 1, 128, 128] },
] as const;

const tolerance = 1e-4;
refuseTelemetry();

describe('a shipped network', () => {
  for (const { task, input, output } of vectors) {
    test(`for ${task} gives what PyTorch gives`, async () => {
      const { path } = await loadModelPackage(shippedModels, `${task}-phantom`, task);
      const session = await InferenceSession.create(path, sessionOptions('cpu', 1, task));
      const x = await readVector(`${task}-in-${input.join('x')}`);
      const expected = await readVector(`${task}-out-${output.join('x')}`);
      const { p } = await session.run({ x: new Tensor('float32', x, input) });
      assert.ok(p !== undefined && p.data instanceof Float32Array);
      assert.deepEqual(p.dims, output);
      const worst = worstDifference(p.data, expected);
      assert.ok(worst <= tolerance, `differs by ${worst}`);
      await session.release();
    });
  }
});
