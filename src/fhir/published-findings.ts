import type { Findings, LobeInvolvement, RegionInvolvement } from '../pipeline/types.ts';
import { roundDecimal } from '../round-decimal.ts';

/**
 * The findings as they are published: percentages to one decimal, probabilities to three, volumes to 1 mL.
 * Finer digits are noise of the hardware; left in, the same study would look like a new result on each run. They are
 * rounded from what the Analysis says, so that whoever rounds that for a reader gets the same.
 */
export function publishedFindings(findings: Findings): Findings {
  const { classification, involvement, severity } = findings;
  return {
    classification: {
      decision: classification.decision,
      probabilities: {
        'covid-19': inSteps(classification.probabilities['covid-19'], 4, 3),
        'other-infection': inSteps(classification.probabilities['other-infection'], 4, 3),
        'no-imaging-signs': inSteps(classification.probabilities['no-imaging-signs'], 4, 3),
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
  return {
    lungMl: inSteps(lungMl, 1, 0),
    opacityMl: inSteps(opacityMl, 2, 0),
    percent: inSteps(percent, 2, 1),
  };
}

/** First to the decimals of the Analysis. */
function inSteps(value: number, ofAnalysis: number, decimals: number): number {
  return roundDecimal(roundDecimal(value, ofAnalysis), decimals);
}
