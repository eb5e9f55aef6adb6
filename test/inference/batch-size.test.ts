import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { withBatchesFor } from '../../src/inference/batch-size.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { pipelineParameters } from '../../src/inference/pipeline-parameters.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';

const { inference } = checkConfig({});
const packages = await loadPackages(inference, modelsFolderOf(inference));
const sizes = (of: typeof packages) => {
  const { lungsLobes, opacities } = pipelineParameters(of);
  return [lungsLobes.batchSize, opacities.batchSize];
};

describe('the slices of a run', () => {
  it('are those of the manifest on a GPU', () => {
    assert.deepEqual(sizes(packages), [4, 4]);
    assert.deepEqual(sizes(withBatchesFor('cuda', packages)), [4, 4]);
  });

  it('is one on the CPU', () => {
    assert.deepEqual(sizes(withBatchesFor('cpu', packages)), [1, 1]);
  });

  it('are those of a graph that takes no other number, on the CPU too', () => {
    const { opacities } = packages;
    const [port] = opacities.manifest.inputs;
    assert.ok(port);
    const inputs = [{ ...port, shape: [4, 1, 320, 320] }];
    const fixed = { ...packages, opacities: { ...opacities, manifest: { ...opacities.manifest, inputs } } };
    assert.deepEqual(sizes(withBatchesFor('cpu', fixed)), [1, 4]);
  });
});
