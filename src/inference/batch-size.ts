import type { ModelPackage } from './model-packages.ts';
import type { PipelinePackages } from './pipeline-parameters.ts';
import type { ExecutionProvider } from './session-options.ts';

/**
 * The packages with the batches that a provider runs: those of the manifests, but one slice on the CPU, where the
 * graph leaves the batch free. There a batch saves no time, and what a session keeps in memory grows with it
 * (docs/PERFORMANCE.md). A network looks at each slice alone, so its answers are the same.
 */
export function withBatchesFor(provider: ExecutionProvider, packages: PipelinePackages): PipelinePackages {
  if (provider !== 'cpu') return packages;
  const { lungsLobes, lungs, classifier, opacities } = packages;
  return {
    lungsLobes: oneByOne(lungsLobes),
    ...(lungs === undefined ? {} : { lungs: oneByOne(lungs) }),
    classifier,
    opacities: oneByOne(opacities),
  };
}

function oneByOne<Package extends ModelPackage>(model: Package): Package {
  const { manifest } = model;
  if (!('batchSize' in manifest.preprocessing) || typeof manifest.inputs[0]?.shape[0] === 'number')
    return model;
  return { ...model, manifest: { ...manifest, preprocessing: { ...manifest.preprocessing, batchSize: 1 } } };
}
