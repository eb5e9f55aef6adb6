import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { writeFullWidthModels } from '../../bench/full-width/write-full-width-models.ts';
import { checkConfig } from '../../src/config.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { openSessions } from '../../src/inference/open-sessions.ts';

it('The package with random weights verifies, opens, and says what it is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-full-width-'));
  try {
    const models = await writeFullWidthModels(join(folder, 'models'), 0.125);
    const { inference } = checkConfig({ inference: { provider: 'cpu', threads: 1, ...models } });
    const packages = await loadPackages(inference, models.modelsFolder);
    const { networks } = await openSessions(packages, inference);
    await Promise.all(Object.values(networks).map((network) => network.release()));
    const { trainingData, preprocessing, variants } = packages.opacities.manifest;
    assert.match(trainingData, /random/);
    assert.deepEqual(preprocessing.inputSize, [320, 320]);
    assert.equal(variants, undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
});
