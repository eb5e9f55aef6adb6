import type { Findings, LobeInvolvement, RegionInvolvement } from '../pipeline/types.ts';

/**
 * The findings as they are published: percentages to one decimal, probabilities to three, volumes to 1 mL.
 * Finer digits are noise of the hardware; left in, the same study would look like a new result on each run.
 */
export function publishedFindings(findings: Findings): Findings {
  const { classification, involvement, severity } = findings;
  return {
    classification: {
      decision: classification.decision,
      probabilities: {
        'covid-19': round(classification.probabilities['covid-19'], 3),
        'other-infection': round(classification.probabilities['other-infection'], 3),
        'no-imaging-signs': round(classification.probabilities['no-imaging-signs'], 3),
      },
    },
    involvement: {
      ...publishedRegion(involvement),
      right: publishedRegion(involvement.right),
      left: publishedRegion(involvement.left),
      lobes: involvement.lobes.map(publishedLobe),
    },
    severity: { score: severity.score, band: severity.band },
  };
}

function publishedLobe(lobe: LobeInvolvement): LobeInvolvement {
  return { lobe: lobe.lobe, score: lobe.score, ...publishedRegion(lobe) };
}

function publishedRegion({ lungMl, opacityMl, percent }: RegionInvolvement): RegionInvolvement {
  return { lungMl: round(lungMl, 0), opacityMl: round(opacityMl, 0), percent: round(percent, 1) };
}

function round(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  // + 0 turns -0 into 0, which JSON cannot tell apart but a hash of other text could.
  return Math.round(value * scale) / scale + 0;
}
