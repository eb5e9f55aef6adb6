import type { PipelineParameters } from '../pipeline/types.ts';
import type {
  ClassifierManifest,
  LungsLobesManifest,
  LungsManifest,
  ModelManifest,
  OpacitiesManifest,
} from './manifest.ts';
import type { ModelPackage } from './model-packages.ts';

/** The packages that make a pipeline. */
export interface PipelinePackages {
  readonly lungsLobes: ModelPackage<LungsLobesManifest>;
  /** A second opinion on the lungs, where a site has one. */
  readonly lungs?: ModelPackage<LungsManifest>;
  readonly classifier: ModelPackage<ClassifierManifest>;
  readonly opacities: ModelPackage<OpacitiesManifest>;
}

/** The packages in the order in which they are opened and named. */
export function packageList({ lungsLobes, lungs, classifier, opacities }: PipelinePackages) {
  const all: readonly ModelPackage[] = [
    lungsLobes,
    ...(lungs === undefined ? [] : [lungs]),
    classifier,
    opacities,
  ];
  return all;
}

/** A pipeline with one package taken instead of the one that has its task. */
export function withPackage(
  packages: PipelinePackages,
  { manifest, ...files }: ModelPackage,
): PipelinePackages {
  switch (manifest.task) {
    case 'lungs-lobes':
      return { ...packages, lungsLobes: { manifest, ...files } };
    case 'lungs':
      return { ...packages, lungs: { manifest, ...files } };
    case 'classifier':
      return { ...packages, classifier: { manifest, ...files } };
    case 'opacities':
      return { ...packages, opacities: { manifest, ...files } };
  }
}

/** The pipeline's only parameters, all of them from the manifests. */
export function pipelineParameters(packages: PipelinePackages): PipelineParameters {
  const { lungsLobes, lungs, classifier, opacities } = packages;
  return {
    lungsLobes: lungParameters(lungsLobes.manifest),
    ...(lungs === undefined ? {} : { lungs: lungParameters(lungs.manifest) }),
    classifier: classifierParameters(classifier.manifest),
    opacities: opacityParameters(opacities.manifest),
  };
}

/** Of the lobe network or, with labels of its own, of a network that knows sides only. */
export function lungParameters<Manifest extends LungsLobesManifest | LungsManifest>(manifest: Manifest) {
  const { preprocessing, labels } = manifest;
  return { ...preprocessing, labels: labels as Manifest['labels'], ...activationOf(manifest) };
}

export function classifierParameters(manifest: ClassifierManifest): PipelineParameters['classifier'] {
  const { preprocessing, labels, thresholds } = manifest;
  return { ...preprocessing, labels, thresholds, ...activationOf(manifest) };
}

export function opacityParameters(manifest: OpacitiesManifest): PipelineParameters['opacities'] {
  const { preprocessing, labels, thresholds, noiseFloorMl } = manifest;
  return {
    ...preprocessing,
    labels,
    threshold: thresholds.opacity,
    ...(thresholds.opacityPeak === undefined ? {} : { peakThreshold: thresholds.opacityPeak }),
    noiseFloorMl,
    ...activationOf(manifest),
  };
}

function activationOf({ activation }: ModelManifest) {
  return activation === undefined ? {} : { activation };
}
