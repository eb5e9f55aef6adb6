import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import type { Lobe, LobeScore } from '../../src/pipeline/types.ts';

/** Numbers of the worked example: 31.2, 4.1, 52.9, 12.0 and 60.3 %; lobe scores 3 + 1 + 4 + 2 + 4 = 14. */
export const exampleFacts: ReportFacts = {
  findings: {
    classification: {
      decision: 'covid-19',
      probabilities: { 'covid-19': 0.8701, 'other-infection': 0.0999, 'no-imaging-signs': 0.03 },
    },
    involvement: {
      lungMl: 4200.4,
      opacityMl: 1444.6,
      percent: 34.39,
      right: { lungMl: 2300.2, opacityMl: 760.3, percent: 33.05 },
      left: { lungMl: 1900.2, opacityMl: 684.3, percent: 36.01 },
      lobes: [
        lobe('RUL', 900.1, 281, 31.22, 3),
        lobe('RML', 400.2, 16.5, 4.12, 1),
        lobe('RLL', 999.9, 528.8, 52.89, 4),
        lobe('LUL', 1000.1, 120.1, 12.01, 2),
        lobe('LLL', 900.1, 542.8, 60.3, 4),
      ],
    },
    severity: { score: 14, band: 'moderate' },
  },
  study: {
    uid: '1.2.826.0.1.3680043.8.498.1',
    accession: 'ACC-1',
    patientId: 'MRN-42',
    acquiredAt: '2026-11-23T04:00:00Z',
  },
  series: {
    uid: '1.2.826.0.1.3680043.8.498.1.2',
    description: 'Thorax 1.0 Br60',
    slices: 275,
    spacingMm: [1, 0.78, 0.78],
  },
  algorithm: { id: 'lobar-ct-chest', name: 'Lobar', version: '0.1.0' },
  models: [model('lungs-lobes', 'a'), model('classifier', 'b'), model('opacities', 'c')],
  warnings: [],
  issuedAt: '2026-11-23T04:10:00Z',
};

function lobe(name: Lobe, lungMl: number, opacityMl: number, percent: number, score: LobeScore) {
  return { lobe: name, lungMl, opacityMl, percent, score };
}

function model(task: string, digit: string): ReportFacts['models'][number] {
  return {
    task,
    name: `${task}-phantom`,
    version: '0.1.0',
    sha256: digit.repeat(64),
    executionProvider: 'cpu',
    intendedUse: 'Software testing and integration.',
    trainingData: '285 generated phantoms.',
  };
}

/** Nothing found: score 0, band none. */
export function clearFacts(): ReportFacts {
  const { findings } = exampleFacts;
  const clear = { opacityMl: 0, percent: 0 };
  return {
    ...exampleFacts,
    findings: {
      classification: {
        decision: 'no-imaging-signs',
        probabilities: { 'covid-19': 0.01, 'other-infection': 0.09, 'no-imaging-signs': 0.9 },
      },
      involvement: {
        ...findings.involvement,
        ...clear,
        right: { ...findings.involvement.right, ...clear },
        left: { ...findings.involvement.left, ...clear },
        lobes: findings.involvement.lobes.map((one) => ({ ...one, ...clear, score: 0 })),
      },
      severity: { score: 0, band: 'none' },
    },
  };
}

/** A right middle lobe that was not found. */
export function emptyLobeFacts(): ReportFacts {
  const { findings } = exampleFacts;
  const { involvement } = findings;
  const lobes = involvement.lobes.map((one) =>
    one.lobe === 'RML' ? { ...one, lungMl: 0, opacityMl: 0, percent: 0, score: 0 as const } : one,
  );
  return {
    ...exampleFacts,
    findings: {
      classification: {
        decision: 'other-infection',
        probabilities: { 'covid-19': 0.4, 'other-infection': 0.3, 'no-imaging-signs': 0.3 },
      },
      involvement: { ...involvement, lobes },
      severity: { score: 13, band: 'moderate' },
    },
  };
}

/** Texts from outside that are markup elsewhere, and severe disease. */
export function hostileTextFacts(): ReportFacts {
  const text = `<script>alert("x")</script> & 'co' ]]> \u0007`;
  return {
    ...exampleFacts,
    findings: { ...exampleFacts.findings, severity: { score: 25, band: 'severe' } },
    study: { ...exampleFacts.study, accession: 'A&B<1>', patientId: 'M&<1>"' },
    series: { ...exampleFacts.series, description: 'Lung <5.0> & "soft"' },
    warnings: [
      { code: 'age-unknown', text: 'The age is unknown.' },
      { code: 'text', text },
    ],
  };
}

/** As little as the DICOM header may hold: no accession, no patient, no time, one severity band more. */
export function sparseFacts(): ReportFacts {
  const { findings, series } = exampleFacts;
  return {
    ...exampleFacts,
    findings: { ...findings, severity: { score: 3, band: 'mild' } },
    study: { uid: exampleFacts.study.uid },
    series: { uid: series.uid, slices: series.slices, spacingMm: series.spacingMm },
    models: exampleFacts.models.map((one) => ({
      ...one,
      trainingData: 'One hospital.',
      intendedUse: 'Research.',
    })),
  };
}
