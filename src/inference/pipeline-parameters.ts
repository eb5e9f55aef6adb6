import type { PipelineParameters } from '../pipeline/types.ts';
import type { ClassifierManifest, LungsLobesManifest, OpacitiesManifest } from './manifest.ts';
import type { ModelPackage } from './model-packages.ts';

/** The three packages that make a pipeline. */
export interface PipelinePackages {
  readonly lungsLobes: ModelPackage<LungsLobesManifest>;
  readonly classifier: ModelPackage<ClassifierManifest>;
  readonly opacities: ModelPackage<OpacitiesManifest>;
}

/** The pipeline's only parameters, all of them from the manifests. */
export function pipelineParameters(packages: PipelinePackages): PipelineParameters {
  const { lungsLobes, classifier, opacities } = packages;
  return {
    lungsLobes: { ...lungsLobes.manifest.preprocessing, labels: lungsLobes.manifest.labels },
    classifier: {
      ...classifier.manifest.preprocessing,
      labels: classifier.manifest.labels,
      thresholds: classifier.manifest.thresholds,
    },
    opacities: {
      ...opacities.manifest.preprocessing,
      threshold: opacities.manifest.thresholds.opacity,
      noiseFloorMl: opacities.manifest.noiseFloorMl,
    },
  };
}
