import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import type { OpacitiesManifest } from '../../src/inference/manifest.ts';
import { loadModelPackage } from '../../src/inference/model-packages.ts';
import { networkOfSession, type OnnxNetwork } from '../../src/inference/network-of-session.ts';
import { refuseTelemetry } from '../../src/inference/refuse-telemetry.ts';
import { sessionOptions } from '../../src/inference/session-options.ts';
import { shippedModels } from './support/copy-models.ts';
import { readVector, worstDifference } from './support/read-vector.ts';

describe('a network of batches of 3', () => {
  let network: OnnxNetwork;
  let session: InferenceSession;
  let slice: Float32Array<ArrayBuffer>;
  let expected: Float32Array;
  before(async () => {
    refuseTelemetry();
    const { manifest, path } = await loadModelPackage(shippedModels, 'opacities-phantom', 'opacities');
    const preprocessing: OpacitiesManifest['preprocessing'] = {
      ...manifest.preprocessing,
      inputSize: [128, 128],
      batchSize: 3,
    };
    session = await InferenceSession.create(path, sessionOptions('cpu', 1, 'opacities'));
    network = await networkOfSession(session, { ...manifest, preprocessing });
    slice = await readVector('opacities-in-1x1x128x128');
    // From NumPy, see vectors.test.ts.
    expected = await readVector('opacities-out-1x1x128x128');
  });
  after(() => network.release());

  test('answers a short batch with as many items as were asked', async () => {
    const one = await network.run({ data: slice, dims: [1, 1, 128, 128] });
    assert.deepEqual(one.dims, [1, 1, 128, 128]);
    assert.ok(worstDifference(one.data, expected) <= 1e-3);
  });

  test('answers every item of a full batch, from shared memory too', async () => {
    const data = new Float32Array(new SharedArrayBuffer(3 * slice.byteLength));
    data.set(slice, 2 * slice.length);
    const three = await network.run({ data, dims: [3, 1, 128, 128] });
    assert.deepEqual(three.dims, [3, 1, 128, 128]);
    assert.ok(worstDifference(three.data.subarray(2 * slice.length), expected) <= 1e-3);
    assert.ok(worstDifference(three.data.subarray(0, slice.length), expected) > 0.1);
  });

  test('refuses more items, other sizes, and data that is not as long as it says', async () => {
    const refused = { code: 'inference-failed', message: /takes \[<= 3, 1, 128, 128\]/ };
    for (const dims of [
      [4, 1, 128, 128],
      [0, 1, 128, 128],
      [1, 1, 64, 256],
      [2, 1, 128, 128],
    ]) {
      await assert.rejects(network.run({ data: slice, dims }), refused);
    }
  });

  test('names itself, not the runtime’s sources, where the runtime refuses to run', async (t) => {
    const native = new Error('Non-zero status code at /onnxruntime_src/core/framework/op_kernel.cc:83');
    t.mock.method(session, 'run', () => Promise.reject(native));
    await assert.rejects(network.run({ data: slice, dims: [1, 1, 128, 128] }), (error: Error) => {
      assert.match(error.message, /the ONNX runtime refused to run 'opacities-phantom'/);
      assert.doesNotMatch(error.message, /onnxruntime_src/);
      assert.equal(error.cause, native);
      return true;
    });
  });
});
