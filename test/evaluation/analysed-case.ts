import type { AnalysedCase } from '../../src/evaluation/case-result.ts';

/** A case of which nothing but the decision is known, and what a test says of it. */
export function analysedCase(id: string, known: Partial<AnalysedCase> = {}): AnalysedCase {
  return {
    schema: 'lobar-evaluation-case/1',
    id,
    fingerprint: 'f',
    models: [],
    patient: id,
    outcome: 'analysed',
    subgroups: {},
    spacingMm: [1, 1, 1],
    decision: 'covid-19',
    probabilities: { 'covid-19': 1, 'other-infection': 0, 'no-imaging-signs': 0 },
    predicted: {},
    truth: {},
    warnings: [],
    seconds: 1,
    ...known,
  };
}
