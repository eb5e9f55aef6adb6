import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canaryPatient, patientSystem } from './ehr-fixture.ts';
import { canaryOrder, otherPatient, patientReference, resolve } from './subject-fixture.ts';

const replacedBy = (reference: string): fhir4.PatientLink[] => [
  { type: 'replaced-by', other: { reference } },
];
/** As FHIR R4 Patient.link asks: no longer used, with a link to the one that is. */
const merged = { ...canaryPatient, active: false, link: replacedBy('Patient/p-other-id') };

describe('A patient whose record was merged into another', () => {
  it('is the patient of the other record, under the identifier that it carries', async () => {
    const { subject, asked } = await resolve({ patients: [merged], readable: [otherPatient] });
    assert.equal(subject.reference, 'Patient/p-other-id');
    assert.deepEqual(subject.identifier, { system: patientSystem, value: 'MRN-99' });
    assert.deepEqual(asked, [`Patient?identifier=${patientSystem}|MRN-42`, 'Patient/p-other-id']);
  });

  it('keeps the identifier of the study where the other record took it over', async () => {
    const old = { use: 'old' as const, system: patientSystem, value: 'MRN-42' };
    const both = { ...otherPatient, identifier: [...(otherPatient.identifier ?? []), old] };
    const { subject } = await resolve({ patients: [merged], readable: [both] });
    assert.deepEqual(subject.identifier, { system: patientSystem, value: 'MRN-42' });
  });

  it('is named by a number in use, not by an old one beside it', async () => {
    const old = { use: 'old' as const, system: patientSystem, value: 'MRN-1' };
    const survivor = { ...otherPatient, identifier: [old, ...(otherPatient.identifier ?? [])] };
    const { subject } = await resolve({ patients: [merged], readable: [survivor] });
    assert.deepEqual(subject.identifier, { system: patientSystem, value: 'MRN-99' });
    const onlyOld = await resolve({ patients: [merged], readable: [{ ...otherPatient, identifier: [old] }] });
    assert.deepEqual(onlyOld.subject.identifier, { system: patientSystem, value: 'MRN-1' });
  });

  it('is found once where both records carry the identifier', async () => {
    const both = { ...otherPatient, identifier: canaryPatient.identifier ?? [] };
    for (const patients of [
      [merged, both],
      [both, merged],
    ]) {
      const { subject, asked } = await resolve({ patients });
      assert.equal(subject.reference, 'Patient/p-other-id');
      assert.equal(asked.length, 1);
    }
  });

  it('is compared with the header as the other record says', async () => {
    const { error } = await resolve(
      { patients: [merged], readable: [otherPatient] },
      { study: { patientBirthDate: '19500102' } },
    );
    assert.equal(error.code, 'patient-mismatch');
  });

  it('may still be the patient of an order that names the old record', async () => {
    const { subject } = await resolve(
      { patients: [merged], readable: [otherPatient], orders: [canaryOrder] },
      { config: { lookUp: { serviceRequest: true, imagingStudy: false } } },
    );
    assert.equal(canaryOrder.subject.reference, patientReference);
    assert.equal(subject.order, 'ServiceRequest/order-canary-id');
  });

  it('may still be the patient of an order that names the old record, where only the other is found', async () => {
    const both = { ...otherPatient, identifier: canaryPatient.identifier ?? [] };
    const config = { lookUp: { serviceRequest: true, imagingStudy: false } };
    const found = await resolve({ patients: [merged, both], orders: [canaryOrder] }, { config });
    assert.equal(found.subject.order, 'ServiceRequest/order-canary-id');
    const alone = { patients: [both], orders: [canaryOrder] };
    const read = await resolve({ ...alone, readable: [merged, both] }, { config });
    assert.equal(read.subject.order, 'ServiceRequest/order-canary-id');
    const { error } = await resolve({ ...alone, readable: [canaryPatient, both] }, { config });
    assert.equal(error.code, 'patient-mismatch');
  });

  const refused: readonly [string, fhir4.Patient[], fhir4.Patient[]][] = [
    ['into one that is not there', [merged], []],
    ['into one that is not in use', [merged], [{ ...otherPatient, active: false }]],
    ['twice over', [merged], [{ ...otherPatient, link: replacedBy('Patient/third') }]],
    ['into itself', [{ ...merged, link: replacedBy(patientReference) }], [merged]],
    [
      'into one of another server',
      [{ ...merged, link: replacedBy('https://else.example/fhir/Patient/1') }],
      [],
    ],
  ];
  for (const [how, patients, readable] of refused) {
    it(`${how} is patient-mismatch`, async () => {
      const { error } = await resolve({ patients, readable });
      assert.equal(error.code, 'patient-mismatch');
      assert.match(error.message, /merged there into one that is not in use/);
    });
  }

  it('into two is patient-mismatch, whichever of them is there', async () => {
    const link = [...replacedBy('Patient/p-other-id'), ...replacedBy('Patient/third')];
    const { error } = await resolve({ patients: [{ ...merged, link }], readable: [otherPatient] });
    assert.equal(error.code, 'patient-mismatch');
    assert.match(error.message, /merged there into several/);
  });

  it('or is not in use at all is patient-mismatch', async () => {
    const { error } = await resolve({ patients: [{ ...canaryPatient, active: false }] });
    assert.equal(error.code, 'patient-mismatch');
    assert.match(error.message, /the record of the patient is not in use there/);
  });
});

describe('Several patients with one identifier', () => {
  it('are an error that tells how many', async () => {
    const { error } = await resolve({
      patients: [canaryPatient, { ...otherPatient, identifier: canaryPatient.identifier ?? [] }],
    });
    assert.equal(error.code, 'patient-ambiguous');
    assert.match(error.message, /has 2 patients/);
  });

  it('where links and identifiers are malformed count as they are', async () => {
    const odd = {
      ...canaryPatient,
      link: [null, { type: 'replaced-by' }],
      identifier: [null, ...(canaryPatient.identifier ?? [])],
    };
    const { subject } = await resolve({ patients: [odd as unknown as fhir4.Patient] });
    assert.equal(subject.reference, patientReference);
  });
});
