import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canaryPatient, patientSystem } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import {
  accessionSystem,
  canaryOrder,
  canaryStudy,
  otherPatient,
  patientReference,
  resolve,
} from './subject-fixture.ts';

const { uid } = exampleFacts.study;
const forOrder = { lookUp: { serviceRequest: true, imagingStudy: false } };
const forStudy = { lookUp: { serviceRequest: false, imagingStudy: true } };
const patientSearch = `Patient?identifier=${patientSystem}|MRN-42`;

describe('The order', () => {
  it('is not looked up unless config says so', async () => {
    const { subject, asked } = await resolve({ orders: [canaryOrder], studies: [canaryStudy] });
    assert.deepEqual(asked, [patientSearch]);
    assert.equal(subject.order, undefined);
    assert.equal(subject.imagingStudy, undefined);
    assert.equal(subject.accession, 'ACC-1');
  });

  it('is the one ServiceRequest of the accession number in its system', async () => {
    const { subject, asked } = await resolve({ orders: [canaryOrder] }, { config: forOrder });
    assert.equal(subject.order, 'ServiceRequest/order-canary-id');
    assert.deepEqual(asked, [patientSearch, `ServiceRequest?identifier=${accessionSystem}|ACC-1`]);
  });

  it('is searched by the number alone where no system is configured', async () => {
    const order = { ...canaryOrder, identifier: [{ value: 'ACC-1' }] };
    const { subject, asked } = await resolve(
      { orders: [order] },
      { config: { ...forOrder, accessionSystem: undefined } as object },
    );
    assert.equal(subject.order, 'ServiceRequest/order-canary-id');
    assert.equal(asked[1], 'ServiceRequest?identifier=ACC-1');
  });

  it('is not looked up for a study without accession number', async () => {
    for (const accession of ['', undefined]) {
      const study = { accession } as object;
      const { subject, asked } = await resolve({ orders: [] }, { config: forOrder, study });
      assert.deepEqual(asked, [patientSearch]);
      assert.equal(subject.order, undefined);
      assert.equal(subject.accession, undefined);
    }
  });

  it('does not count where it was revoked or entered in error', async () => {
    for (const status of ['revoked', 'entered-in-error'] as const) {
      const wrong = { ...canaryOrder, id: 'wrong', status };
      const { subject } = await resolve({ orders: [wrong, canaryOrder] }, { config: forOrder });
      assert.equal(subject.order, 'ServiceRequest/order-canary-id');
      const { error } = await resolve({ orders: [wrong] }, { config: forOrder });
      assert.equal(error.code, 'order-not-found');
      assert.match(error.message, /one that was revoked or entered in error does not count/);
    }
  });

  it('counts with any other status, as one that was completed', async () => {
    for (const status of ['draft', 'active', 'on-hold', 'completed', 'unknown'] as const) {
      const { subject } = await resolve({ orders: [{ ...canaryOrder, status }] }, { config: forOrder });
      assert.equal(subject.order, 'ServiceRequest/order-canary-id', status);
    }
  });

  it('that is not there is order-not-found', async () => {
    const { error } = await resolve({ orders: [] }, { config: forOrder });
    assert.equal(error.code, 'order-not-found');
    assert.match(error.message, /holds no ServiceRequest of this study/);
  });

  it('that is there several times, on one page or more, is order-ambiguous with their number', async () => {
    const twice = [canaryOrder, { ...canaryOrder, id: 'second' }];
    const { error } = await resolve({ orders: twice }, { config: forOrder });
    assert.equal(error.code, 'order-ambiguous');
    assert.match(error.message, /holds 2 of ServiceRequest/);
    const paged = await resolve({ orders: [canaryOrder], total: 3 }, { config: forOrder });
    assert.equal(paged.error.code, 'order-ambiguous');
    assert.match(paged.error.message, /holds 3 of ServiceRequest/);
  });

  it('with another number, from a server that ignores the parameter, is ehr-response-invalid', async () => {
    const wrong: readonly fhir4.Identifier[] = [
      { system: accessionSystem, value: 'ACC-2' },
      { system: 'urn:other', value: 'ACC-1' },
    ];
    for (const identifier of wrong) {
      const { error } = await resolve(
        { orders: [{ ...canaryOrder, identifier: [identifier] }] },
        { config: forOrder },
      );
      assert.equal(error.code, 'ehr-response-invalid');
    }
  });
});

describe('The patient of the order', () => {
  const subjects: readonly [string, fhir4.Reference][] = [
    ['by reference', { reference: patientReference }],
    ['by a reference to one version', { reference: `${patientReference}/_history/3` }],
    ['by identifier', { identifier: { system: patientSystem, value: 'MRN-42' } }],
    [
      'by identifier, with a reference to another server',
      {
        reference: 'https://else.example/fhir/Patient/1',
        identifier: { system: patientSystem, value: 'MRN-42' },
      },
    ],
  ];
  for (const [how, subject] of subjects) {
    it(`is that of the study ${how}`, async () => {
      const resolved = await resolve({ orders: [{ ...canaryOrder, subject }] }, { config: forOrder });
      assert.equal(resolved.subject.order, 'ServiceRequest/order-canary-id');
    });
  }

  it('is nobody by a number without a system, though the patient has the same one', async () => {
    const bare = { value: '1' };
    const patient = { ...canaryPatient, identifier: [...(canaryPatient.identifier ?? []), bare] };
    const order = { ...canaryOrder, subject: { identifier: bare } };
    const { error } = await resolve({ patients: [patient], orders: [order] }, { config: forOrder });
    assert.equal(error.code, 'patient-mismatch');
  });

  it('is that of the study by a record that it says to have replaced', async () => {
    const link: fhir4.PatientLink[] = [{ type: 'replaces', other: { reference: 'Patient/p-other-id' } }];
    const order = { ...canaryOrder, subject: { reference: 'Patient/p-other-id' } };
    const resolved = await resolve(
      { patients: [{ ...canaryPatient, link }], orders: [order] },
      { config: forOrder },
    );
    assert.equal(resolved.subject.order, 'ServiceRequest/order-canary-id');
  });

  const others: readonly [string, fhir4.Reference | undefined][] = [
    ['by reference', { reference: 'Patient/p-other-id' }],
    [
      'by reference, whatever the identifier says',
      { reference: 'Patient/p-other-id', identifier: { system: patientSystem, value: 'MRN-42' } },
    ],
    ['by identifier', { identifier: { system: patientSystem, value: 'MRN-99' } }],
    ['by the system of the identifier', { identifier: { system: 'urn:other', value: 'MRN-42' } }],
    ['as a group', { reference: `Group/${canaryPatient.id}` }],
    ['of another server', { reference: `https://else.example/fhir/${patientReference}` }],
    ['by name alone', { display: 'Canaryfamily' }],
    ['as nobody', undefined],
  ];
  for (const [how, subject] of others) {
    it(`is another one ${how}: patient-mismatch`, async () => {
      const order = { ...canaryOrder, subject } as fhir4.ServiceRequest;
      const { error } = await resolve({ orders: [order] }, { config: forOrder });
      assert.equal(error.code, 'patient-mismatch');
      assert.match(error.message, /differ: the patient of the order\./);
      const study = { ...canaryStudy, subject } as fhir4.ImagingStudy;
      const ofStudy = await resolve({ studies: [study] }, { config: forStudy });
      assert.equal(ofStudy.error.code, 'patient-mismatch');
      assert.match(ofStudy.error.message, /differ: the patient of the ImagingStudy\./);
    });
  }
});

describe('The ImagingStudy', () => {
  const byNumber = { ...canaryStudy, identifier: [{ system: accessionSystem, value: 'ACC-1' }] };

  it('is searched once, by StudyInstanceUID or accession number', async () => {
    const { subject, asked } = await resolve({ studies: [canaryStudy] }, { config: forStudy });
    assert.equal(subject.imagingStudy, 'ImagingStudy/study-canary-id');
    assert.deepEqual(asked, [
      patientSearch,
      `ImagingStudy?identifier=urn:dicom:uid|urn:oid:${uid},${accessionSystem}|ACC-1`,
    ]);
  });

  it('is searched by StudyInstanceUID alone without an accession number', async () => {
    const { subject, asked } = await resolve(
      { studies: [canaryStudy] },
      { config: forStudy, study: { accession: '' } },
    );
    assert.equal(subject.imagingStudy, 'ImagingStudy/study-canary-id');
    assert.equal(asked[1], `ImagingStudy?identifier=urn:dicom:uid|urn:oid:${uid}`);
  });

  it('is the one of the accession number, where it names no study', async () => {
    const { subject } = await resolve({ studies: [byNumber] }, { config: forStudy });
    assert.equal(subject.imagingStudy, 'ImagingStudy/study-canary-id');
  });

  it('is none of the accession number that names another study', async () => {
    const another = {
      ...byNumber,
      identifier: [...byNumber.identifier, { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' }],
    };
    const { error } = await resolve({ studies: [another] }, { config: forStudy });
    assert.equal(error.code, 'order-not-found');
    assert.match(error.message, /holds no ImagingStudy of this study/);
  });

  it('is the one with the StudyInstanceUID, where others share the accession number', async () => {
    const other = { ...byNumber, id: 'other' };
    const { subject } = await resolve({ studies: [other, canaryStudy] }, { config: forStudy });
    assert.equal(subject.imagingStudy, 'ImagingStudy/study-canary-id');
  });

  it('that is there twice is order-ambiguous, and one in error does not count', async () => {
    const second = { ...canaryStudy, id: 'second' };
    const { error } = await resolve({ studies: [canaryStudy, second] }, { config: forStudy });
    assert.equal(error.code, 'order-ambiguous');
    assert.match(error.message, /holds 2 of ImagingStudy/);
    const wrong = { ...second, status: 'entered-in-error' as const };
    const { subject } = await resolve({ studies: [wrong, canaryStudy] }, { config: forStudy });
    assert.equal(subject.imagingStudy, 'ImagingStudy/study-canary-id');
  });
});

describe('A study whose patient nobody knows by PatientID', () => {
  const born = { patientBirthDate: '19500102' };
  const none = { patientId: '' };

  it('is of the patient of its order, if the day of birth is the same', async () => {
    for (const [study, patients] of [
      [{ ...born, ...none }, [canaryPatient]],
      [{ ...born, patientId: 'UNKNOWN' }, []],
    ] as const) {
      const { subject } = await resolve(
        { patients, orders: [canaryOrder], readable: [canaryPatient] },
        { config: forOrder, study },
      );
      assert.equal(subject.reference, patientReference);
      assert.deepEqual(subject.identifier, { system: patientSystem, value: 'MRN-42' });
      assert.deepEqual(subject.warnings, [
        {
          code: 'patient-by-order',
          text: 'The images have no PatientID that the EHR knows, so the patient was taken from the order: check that it is the right one.',
        },
      ]);
    }
  });

  it('is warned of only then: who carries the PatientID is not taken from the order', async () => {
    const { subject } = await resolve({ orders: [canaryOrder] }, { config: forOrder, study: born });
    assert.deepEqual(subject.warnings, []);
  });

  it('is of the patient of its ImagingStudy likewise', async () => {
    const { subject } = await resolve(
      { studies: [canaryStudy], readable: [canaryPatient] },
      { config: forStudy, study: { ...born, ...none } },
    );
    assert.equal(subject.reference, patientReference);
    assert.equal(subject.warnings[0]?.code, 'patient-by-order');
    assert.match(subject.warnings[0]?.text ?? '', /taken from the ImagingStudy: check/);
  });

  const unproven: readonly [string, object, fhir4.Patient][] = [
    ['the header has no birth date', {}, canaryPatient],
    ['the EHR has a year of birth only', born, { ...canaryPatient, birthDate: '1950' }],
    ['the birth dates differ', { patientBirthDate: '19500103' }, canaryPatient],
    ['the sexes differ', { ...born, patientSex: 'M' }, { ...canaryPatient, gender: 'female' }],
  ];
  for (const [why, study, patient] of unproven) {
    it(`is of nobody where ${why}, whatever config says of demographics`, async () => {
      for (const demographics of ['refuse', 'warn'] as const) {
        const { error } = await resolve(
          { orders: [canaryOrder], readable: [patient] },
          { config: { ...forOrder, demographics }, study: { ...study, ...none } },
        );
        assert.equal(error.code, 'patient-mismatch');
      }
    });
  }

  it('is of nobody where the order and the ImagingStudy are of two patients', async () => {
    const { error } = await resolve(
      {
        orders: [canaryOrder],
        studies: [{ ...canaryStudy, subject: { reference: `Patient/${otherPatient.id}` } }],
        readable: [canaryPatient, otherPatient],
      },
      { config: { lookUp: { serviceRequest: true, imagingStudy: true } }, study: { ...born, ...none } },
    );
    assert.equal(error.code, 'patient-mismatch');
    assert.match(error.message, /the patient of the ImagingStudy/);
  });

  it('is of nobody where the patient of the order cannot be read, or has no identifier of the site', async () => {
    const { identifier: _, ...nameless } = canaryPatient;
    for (const readable of [[], [nameless]]) {
      const missing = await resolve(
        { orders: [canaryOrder], readable },
        { config: forOrder, study: { ...born, ...none } },
      );
      assert.equal(missing.error.code, 'patient-identifier-missing');
      const unknown = await resolve(
        { patients: [], orders: [canaryOrder], readable },
        { config: forOrder, study: { ...born, patientId: 'UNKNOWN' } },
      );
      assert.equal(unknown.error.code, 'patient-not-found');
    }
  });

  it('is of nobody without a look-up', async () => {
    const { error, asked } = await resolve({ patients: [] }, { study: born });
    assert.equal(error.code, 'patient-not-found');
    assert.equal(asked.length, 1);
  });
});
