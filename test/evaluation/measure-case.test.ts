import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import type { CohortCase } from '../../src/evaluation/cohort-case.ts';
import { measureCase } from '../../src/evaluation/measure-case.ts';
import type { AnalysedOutput } from '../../src/evaluation/pipeline-output.ts';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { severityOf } from '../../src/pipeline/severity.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const shape = [1, 20, 20] as const;
/** 100 mm3: ten voxels are a millilitre. */
const spacingMm = [4, 5, 5] as const;
const header = {
  sliceThicknessMm: 1.25,
  manufacturer: 'ACME',
  studyDate: '20260601',
  patient: { birthDate: '19600602', sex: 'F' },
} as InstanceHeader;
const cohortCase: CohortCase = {
  id: 'a',
  study: { kind: 'pacs', studyUid: '1' },
  patient: 'p',
  label: 'covid-19',
  masks: {},
  given: {},
  extra: { site: 'B' },
};

/** Lungs are rows 0 to 9: RUL in columns 0 to 9, LUL in 10 to 19. Opacities: columns 0 to 4 of rows 0 to 3. */
function output(): AnalysedOutput {
  const masks = {
    lobes: labelsOf(shape, (_, y, x) => (y >= 10 ? 0 : x < 10 ? 1 : 4)),
    opacities: labelsOf(shape, (_, y, x) => Number(y < 4 && x < 5)),
  };
  const { involvement } = measureInvolvement(masks, spacingMm, 0);
  const classification = {
    decision: 'covid-19',
    probabilities: { 'covid-19': 0.7, 'other-infection': 0.2, 'no-imaging-signs': 0.1 },
  } as const;
  const findings = { classification, involvement, severity: severityOf(involvement.lobes) };
  // Everything is opaque to the band, but only the lungs count.
  return {
    kind: 'analysed',
    volume: volumeOf(shape, spacingMm, () => 0),
    header,
    findings,
    masks,
    warnings: ['w'],
  };
}
const truth = {
  // Two columns to the left of the pipeline's, and one row deeper.
  lobes: labelsOf(shape, (_, y, x) => (y >= 11 ? 0 : x < 8 ? 1 : x < 18 ? 4 : 0)).data,
  // Rows 8 to 11, columns 0 to 9: two of the four rows are outside the lungs that were found.
  opacities: labelsOf(shape, (_, y, x) => Number(y >= 8 && y < 12 && x < 10)).data,
};
const lungs = truth.lobes.map((label) => Number(label !== 0));

describe('a case measured by hand', () => {
  const measured = measureCase(cohortCase, output(), { ...truth, lungs }, 0);

  it('has the overlap of lungs and of each lobe', () => {
    assert.deepEqual(measured.lungs, { truth: 198, predicted: 200, both: 180 });
    assert.deepEqual(measured.lobes?.RUL, { truth: 88, predicted: 100, both: 80 });
    assert.deepEqual(measured.lobes?.LUL, { truth: 110, predicted: 100, both: 80 });
    assert.deepEqual(measured.lobes?.RML, { truth: 0, predicted: 0, both: 0 });
  });

  it('has the opacities against the whole truth, inside the true lungs too, and what the lungs lost', () => {
    assert.deepEqual(measured.opacities, {
      network: { truth: 40, predicted: 20, both: 0 },
      // The band fills the lungs that were found: rows 8 and 9 of the truth.
      naive: { truth: 40, predicted: 200, both: 20 },
      // True lungs end after row 10: 30 voxels of the truth, 8 of each row in columns below 8 and two in LUL.
      networkInTrueLungs: { truth: 30, predicted: 20, both: 0 },
      naiveInTrueLungs: { truth: 30, predicted: 180, both: 20 },
      outsideLungs: 20,
    });
  });

  it('has volumes, and the score of the truth by the rules of the pipeline', () => {
    assert.equal(measured.truth.opacityMl, 4);
    assert.equal(measured.truth.lungMl, 19.8);
    // Inside the true lungs 30 of 198.
    assert.equal(measured.truth.percent, 3000 / 198);
    // RUL: 24 of 88 is 27 %, score 3. LUL: 6 of 110 is 5.5 %, score 2.
    assert.deepEqual(measured.truth.severity, { score: 5, band: 'mild' });
    // RUL: 20 of 100, score 2.
    assert.deepEqual(measured.predicted.severity, { score: 2, band: 'mild' });
    assert.equal(measured.predicted.opacityMl, 2);
  });

  it('belongs to the subgroups of its header and of its table', () => {
    assert.deepEqual(measured.subgroups, {
      label: 'covid-19',
      trueInvolvement: 'up to 50 % of the lungs',
      vendor: 'ACME',
      sliceThickness: 'up to 1.5 mm',
      sex: 'F',
      // 65 years and 364 days.
      age: '60 to 79',
      site: 'B',
    });
  });

  it('lets the table overrule the header', () => {
    const given = { sex: 'M', age: 17, vendor: 'Other' };
    const { subgroups } = measureCase({ ...cohortCase, given }, output(), {}, 0);
    assert.deepEqual([subgroups['sex'], subgroups['age'], subgroups['vendor']], ['M', 'under 18', 'Other']);
    assert.equal('trueInvolvement' in subgroups, false);
  });

  it('tells false opacity only where there should be none', () => {
    assert.equal(measured.falseOpacityMl, undefined);
    const healthy = { ...cohortCase, label: 'no-imaging-signs' } as const;
    assert.equal(measureCase(healthy, output(), {}, 0).falseOpacityMl, 2);
    const some = { opacities: labelsOf(shape, (_, y, x) => Number(y === 0 && x < 5)).data };
    assert.equal(measureCase(healthy, output(), some, 0).falseOpacityMl, 1.5);
  });

  it('of which less is known has less', () => {
    const unknown = measureCase(cohortCase, output(), {}, 0);
    assert.deepEqual(
      [unknown.lungs, unknown.lobes, unknown.opacities, unknown.truth],
      [undefined, undefined, undefined, {}],
    );
    const onlyLungs = measureCase(cohortCase, output(), { lungs, opacities: truth.opacities }, 0);
    assert.equal(onlyLungs.truth.severity, undefined);
    assert.equal(onlyLungs.truth.percent, 3000 / 198);
    const onlyOpacities = measureCase(cohortCase, output(), { opacities: truth.opacities }, 0);
    assert.deepEqual(onlyOpacities.truth, { opacityMl: 4 });
    assert.equal(onlyOpacities.opacities?.networkInTrueLungs, undefined);
  });
});
