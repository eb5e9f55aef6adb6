import type { MetricsContext } from '../../src/evaluation/metrics-of.ts';
import type { LoadedModel } from '../../src/inference/open-inference-engine.ts';
import type { PipelineParameters } from '../../src/pipeline/types.ts';

export const model: LoadedModel = {
  task: 'classifier',
  name: 'tiny',
  version: '1.0.0',
  sha256: 'ab'.repeat(32),
  executionProvider: 'cpu',
  trainingData: 'Nothing <b>at all</b>',
  intendedUse: 'Tests',
};

/** Only what an evaluation asks of them. */
export const parameters = {
  classifier: { thresholds: { noImagingSigns: 0.45, covid19: 0.45 } },
  opacities: { noiseFloorMl: 0.1 },
} as PipelineParameters;

export const context: MetricsContext = {
  cohort: { file: 'cohort.csv', sha256: 'cd'.repeat(32), cases: [] },
  lobar: '0.0.0',
  madeAt: '2026-11-29T12:00:00.000Z',
  models: [model],
  parameters,
  bootstrap: { resamples: 200, seed: 1, level: 0.95 },
  extraSubgroups: ['site'],
};
