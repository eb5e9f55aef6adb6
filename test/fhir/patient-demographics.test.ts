import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildBundle } from '../../src/fhir/build-bundle.ts';
import { type Comparison, compareDemographics } from '../../src/fhir/patient-demographics.ts';
import { canaryPatient, fhirBase } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { resolve } from './subject-fixture.ts';

// What agrees with what follows from FHIR R4 `date` (2.24.0.1: YYYY, YYYY-MM, YYYY-MM-DD) and DICOM PS3.5 6.2 (DA).
describe('Birth dates', () => {
  const cases: readonly [string | undefined, string | undefined, Comparison][] = [
    ['19500102', '1950-01-02', 'same'],
    ['19500102', '1950-01', 'same'],
    ['19500102', '1950', 'same'],
    ['19500102', '1950-01-03', 'differs'],
    ['19500102', '1950-02', 'differs'],
    ['19500102', '1951', 'differs'],
    ['19500102', undefined, 'unknown'],
    [undefined, '1950-01-02', 'unknown'],
    ['1950', '1950', 'unknown'],
    ['19500102', '195', 'unknown'],
    ['19500102', '02.01.1950', 'unknown'],
    ['19500102', '', 'unknown'],
  ];
  for (const [patientBirthDate, birthDate, expected] of cases) {
    it(`${patientBirthDate} in DICOM and ${birthDate} in the EHR: ${expected}`, () => {
      const study = { uid: '1.2', ...(patientBirthDate === undefined ? {} : { patientBirthDate }) };
      const patient = birthDate === undefined ? {} : { birthDate };
      assert.equal(compareDemographics(study, patient).birthDate, expected);
    });
  }

  it('are the same day only where both name one', () => {
    const study = { uid: '1.2', patientBirthDate: '19500102' };
    assert.equal(compareDemographics(study, { birthDate: '1950-01-02' }).sameBirthDay, true);
    assert.equal(compareDemographics(study, { birthDate: '1950-01' }).sameBirthDay, false);
    assert.equal(compareDemographics({ uid: '1.2' }, {}).sameBirthDay, false);
  });
});

describe('The sex', () => {
  const cases: readonly [string | undefined, fhir4.Patient['gender'], Comparison][] = [
    ['M', 'male', 'same'],
    ['F', 'female', 'same'],
    ['M', 'female', 'differs'],
    ['F', 'male', 'differs'],
    ['O', 'female', 'unknown'],
    ['F', 'other', 'unknown'],
    ['F', 'unknown', 'unknown'],
    ['F', undefined, 'unknown'],
    [undefined, 'male', 'unknown'],
    ['constructor', 'male', 'unknown'],
  ];
  for (const [patientSex, gender, expected] of cases) {
    it(`${patientSex} in DICOM and ${gender} in the EHR: ${expected}`, () => {
      const study = { uid: '1.2', ...(patientSex === undefined ? {} : { patientSex }) };
      assert.equal(compareDemographics(study, gender === undefined ? {} : { gender }).sex, expected);
    });
  }
});

describe('A header that differs from the EHR', () => {
  const patients: readonly fhir4.Patient[] = [{ ...canaryPatient, gender: 'female' }];
  const cases: readonly [string, { patientBirthDate?: string; patientSex?: string }][] = [
    ['birth date', { patientBirthDate: '19500103' }],
    ['sex', { patientSex: 'M' }],
    ['birth date and sex', { patientBirthDate: '19500103', patientSex: 'M' }],
  ];
  for (const [what, study] of cases) {
    it(`in ${what} refuses to publish, without a value in the sentence`, async () => {
      const { error } = await resolve({ patients }, { study });
      assert.equal(error.code, 'patient-mismatch');
      assert.ok(error.message.includes(`differ: ${what}. Nothing was published`), error.message);
    });

    it(`in ${what} is a warning where config says so, without a value in the sentence`, async () => {
      const { subject } = await resolve({ patients }, { study, config: { demographics: 'warn' } });
      const text = `The images and the EHR differ in the patient's ${what}. Check that the images are of this patient.`;
      assert.deepEqual(subject.warnings, [{ code: 'patient-mismatch', text }]);
    });
  }

  it('is none where both say the same, or one says nothing', async () => {
    for (const study of [{ patientBirthDate: '19500102', patientSex: 'F' }, { patientSex: 'O' }, {}]) {
      const { subject } = await resolve({ patients }, { study });
      assert.deepEqual(subject.warnings, []);
    }
  });
});

describe('Birth date and sex of the header', () => {
  it('are in no resource and in no key', () => {
    const study = { ...exampleFacts.study, patientBirthDate: '19500102', patientSex: 'F' };
    assert.deepEqual(
      buildBundle({ ...exampleFacts, study }, undefined, { fhirBase }),
      buildBundle(exampleFacts, undefined, { fhirBase }),
    );
  });
});
