import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession } from 'onnxruntime-node';
import { loadModelPackage } from '../../../src/inference/model-packages.ts';
import { networkOfSession } from '../../../src/inference/network-of-session.ts';
import { refuseTelemetry } from '../../../src/inference/refuse-telemetry.ts';
import { sessionOptions } from '../../../src/inference/session-options.ts';
import { segmentLungs } from '../../../src/pipeline/segment-lungs.ts';
import { generatePhantom } from '../../../src/sandbox/phantom/generate-phantom.ts';
import { shippedModels } from '../../inference/support/copy-models.ts';

test('a dense lower lobe against mediastinum and diaphragm stays in the lung', async (t) => {
  refuseTelemetry();
  const { manifest, path } = await loadModelPackage(shippedModels, 'lungs-lobes-phantom', 'lungs-lobes');
  const network = await networkOfSession(
    await InferenceSession.create(path, sessionOptions('cpu', 1, 'lungs-lobes')),
    manifest,
  );
  t.after(() => network.release());
  const phantom = generatePhantom({
    seed: 1,
    // As coarse as an eligible scan gets: the network knows nothing coarser.
    shape: [96, 256, 256],
    spacingMm: [3, 1.4, 1.4],
    pathology: 'lobar-pneumonia',
  });
  const { lobes, warnings } = await segmentLungs(
    {
      data: phantom.hu,
      shape: phantom.shape,
      spacingMm: phantom.spacingMm,
      originMm: phantom.originMm,
      direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
    },
    network.run,
    { ...manifest.preprocessing, labels: manifest.labels },
    { throwIfCancelled: () => {}, onProgress: () => {} },
  );
  // The truth is counted on the phantom's own masks.
  const count = { disease: 0, kept: 0, lung: 0, found: 0, both: 0 };
  for (let i = 0; i < lobes.data.length; i++) {
    const [lung, found] = [phantom.lobes[i] !== 0, lobes.data[i] !== 0];
    if (phantom.opacities[i] !== 0) count.disease++;
    if (phantom.opacities[i] !== 0 && found) count.kept++;
    if (lung) count.lung++;
    if (found) count.found++;
    if (lung && found) count.both++;
  }
  assert.ok(count.kept >= 0.9 * count.disease, `${count.kept} of ${count.disease} voxels of disease`);
  // Not by taking in heart, liver or chest wall.
  const dice = (2 * count.both) / (count.found + count.lung);
  assert.ok(dice >= 0.96, `Dice ${dice}`);
  assert.deepEqual(warnings, []);
});
