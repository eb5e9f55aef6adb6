import { measureInvolvement } from '../pipeline/involvement.ts';
import { severityOf } from '../pipeline/severity.ts';
import { lobes } from '../pipeline/types.ts';
import type { Overlap } from '../statistics/overlap.ts';
import { type Shape3, type SpacingMm, voxelMl } from '../volume/types.ts';
import type { AnalysedCase } from './case-result.ts';
import type { CohortCase } from './cohort-case.ts';
import { countOverlap, countOverlaps } from './count-overlap.ts';
import { naiveBand } from './naive-band.ts';
import type { AnalysedOutput } from './pipeline-output.ts';
import { subgroupsOf } from './subgroups-of.ts';
import type { TruthMasks } from './truth-masks.ts';

export type Measures = Omit<AnalysedCase, 'schema' | 'id' | 'fingerprint' | 'models' | 'seconds'>;

/**
 * Compares what the pipeline found in a case with what is known of it.
 *
 * @param noiseFloorMl of the package of opacities: the truth's scores are made by the same rule
 */
export function measureCase(
  cohortCase: CohortCase,
  { volume, header, findings, masks, warnings }: AnalysedOutput,
  truth: TruthMasks,
  noiseFloorMl: number,
): Measures {
  const { label, patient } = cohortCase;
  const { involvement, classification } = findings;
  const known = knownOf(truth, volume.shape, volume.spacingMm, noiseFloorMl);
  const predictedOpacity = countOverlap(
    truth.opacities ?? new Uint8Array(masks.opacities.data.length),
    masks.opacities.data,
  );
  const falseMl = (predictedOpacity.predicted - predictedOpacity.both) * voxelMl(volume.spacingMm);
  const facts = { header, sliceSpacingMm: volume.spacingMm[0], truePercent: known.percent };
  return {
    outcome: 'analysed',
    patient,
    ...(label === undefined ? {} : { label }),
    subgroups: subgroupsOf(cohortCase, facts),
    spacingMm: [...volume.spacingMm],
    decision: classification.decision,
    probabilities: { ...classification.probabilities },
    predicted: {
      lungMl: involvement.lungMl,
      opacityMl: involvement.opacityMl,
      percent: involvement.percent,
      severity: { ...findings.severity },
    },
    truth: known,
    ...(truth.lungs === undefined ? {} : { lungs: countOverlap(truth.lungs, masks.lobes.data) }),
    ...(truth.lobes === undefined ? {} : { lobes: lobeOverlaps(truth.lobes, masks.lobes.data) }),
    ...(truth.opacities === undefined ? {} : { opacities: opacitiesOf(truth.opacities) }),
    ...(label === 'no-imaging-signs' ? { falseOpacityMl: falseMl } : {}),
    warnings: [...warnings],
  };

  function opacitiesOf(opacities: Uint8Array): NonNullable<Measures['opacities']> {
    const naive = naiveBand(volume, masks.lobes);
    const inPipelineLungs = countOverlap(opacities, masks.lobes.data);
    const inTrueLungs = (predicted: Uint8Array) => countOverlap(opacities, predicted, truth.lungs);
    return {
      network: predictedOpacity,
      naive: countOverlap(opacities, naive),
      ...(truth.lungs === undefined
        ? {}
        : { networkInTrueLungs: inTrueLungs(masks.opacities.data), naiveInTrueLungs: inTrueLungs(naive) }),
      outsideLungs: inPipelineLungs.truth - inPipelineLungs.both,
    };
  }
}

/** The numbers of PIPELINE.md 6 of the truth, by the same code as the pipeline's own. */
function knownOf(
  { lungs, lobes: lobeMask, opacities }: TruthMasks,
  shape: Shape3,
  spacingMm: SpacingMm,
  noiseFloorMl: number,
): Measures['truth'] {
  const regions = lobeMask ?? lungs;
  const total = opacities === undefined ? undefined : countOverlap(opacities, opacities).truth;
  const opacityMl = total === undefined ? {} : { opacityMl: total * voxelMl(spacingMm) };
  if (regions === undefined) return opacityMl;
  const measured = measureInvolvement(
    {
      lobes: { data: regions, shape },
      opacities: { data: opacities ?? new Uint8Array(regions.length), shape },
    },
    spacingMm,
    noiseFloorMl,
  ).involvement;
  const { lungMl, percent } = measured;
  if (opacities === undefined) return { lungMl };
  const severity = lobeMask === undefined ? {} : { severity: severityOf(measured.lobes) };
  return { ...opacityMl, lungMl, percent, ...severity };
}

function lobeOverlaps(truth: Uint8Array, predicted: Uint8Array): NonNullable<AnalysedCase['lobes']> {
  const counted = countOverlaps(truth, predicted, lobes.length);
  const entries = lobes.map((lobe, at) => [lobe, counted[at] as Overlap] as const);
  return Object.fromEntries(entries) as NonNullable<AnalysedCase['lobes']>;
}
