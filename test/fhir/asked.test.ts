import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOrder } from '../../src/fhir/read-order.ts';
import { canaryPatient, json, openTestEhr, patientSystem, rawServer } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { accessionSystem, canaryOrder, otherPatient, patientReference, resolve } from './subject-fixture.ts';

const order = 'ServiceRequest/order-canary-id';

describe('The patient that was asked for', () => {
  const other = 'urn:oid:1.2.3.4';
  const patients = [
    { ...canaryPatient, identifier: [...(canaryPatient.identifier ?? []), { system: other, value: 'N-1' }] },
  ];
  const config = { issuerSystems: { NORTH: other } };

  it('is the one of the study by any identifier that the EHR knows, with or without its system', async () => {
    for (const patient of [
      { system: patientSystem, value: 'MRN-42' },
      { value: 'MRN-42' },
      { system: other, value: 'N-1' },
      { value: 'N-1' },
    ]) {
      const { subject } = await resolve({ patients }, { config, asked: { patient } });
      assert.equal(subject.reference, patientReference);
    }
  });

  it('is another one by value or by system: patient-mismatch', async () => {
    for (const patient of [
      { system: patientSystem, value: 'MRN-99' },
      { value: 'MRN-99' },
      { system: other, value: 'MRN-42' },
    ]) {
      const { error } = await resolve({ patients }, { config, asked: { patient } });
      assert.equal(error.code, 'patient-mismatch');
      assert.match(error.message, /differ: the patient that was asked for\./);
    }
  });

  it('may be meant by the number of a record that was merged', async () => {
    const link = [{ type: 'replaced-by' as const, other: { reference: 'Patient/p-other-id' } }];
    for (const value of ['MRN-42', 'MRN-99']) {
      const { subject } = await resolve(
        { patients: [{ ...canaryPatient, link }], readable: [otherPatient] },
        { asked: { patient: { system: patientSystem, value } } },
      );
      assert.equal(subject.reference, 'Patient/p-other-id');
    }
  });

  it('in a system that is not configured is identifier-system-unknown, before anything is asked', async () => {
    const patient = { system: 'urn:elsewhere', value: 'MRN-42' };
    const { error, asked } = await resolve({ patients }, { config, asked: { patient } });
    assert.equal(error.code, 'identifier-system-unknown');
    assert.ok(error.message.includes(`'patient'`) && error.message.includes(`${patientSystem}, ${other}`));
    assert.deepEqual(asked, []);
  });
});

describe('The Task that asks', () => {
  it('is for the patient of the study, by reference or identifier', async () => {
    for (const taskFor of [
      { reference: patientReference },
      { reference: `${patientReference}/_history/2` },
      { identifier: { system: patientSystem, value: 'MRN-42' } },
    ]) {
      const { subject } = await resolve({}, { asked: { taskFor } });
      assert.equal(subject.reference, patientReference);
    }
  });

  it('for somebody else is patient-mismatch, whatever config says of demographics', async () => {
    for (const demographics of ['refuse', 'warn'] as const) {
      const { error } = await resolve(
        { readable: [otherPatient] },
        { config: { demographics }, asked: { taskFor: { reference: 'Patient/p-other-id' } } },
      );
      assert.equal(error.code, 'patient-mismatch');
      assert.match(error.message, /differ: the patient of the Task\./);
    }
  });
});

describe('The order that was asked for', () => {
  it('is read, and is the order of the report with its accession number', async () => {
    const { subject, asked } = await resolve(
      { readable: [canaryOrder] },
      { study: { accession: 'ACC-OF-IMAGES' }, asked: { serviceRequest: order } },
    );
    assert.equal(subject.order, order);
    assert.equal(subject.accession, 'ACC-1');
    assert.deepEqual(asked, [`Patient?identifier=${patientSystem}|MRN-42`, order]);
    const [warning, ...others] = subject.warnings;
    assert.equal(warning?.code, 'accession-overruled');
    assert.doesNotMatch(warning?.text ?? '', /ACC/);
    assert.deepEqual(others, []);
  });

  it('is not looked up besides', async () => {
    const config = { lookUp: { serviceRequest: true, imagingStudy: false } };
    const { asked } = await resolve(
      { readable: [canaryOrder], orders: [] },
      { config, asked: { serviceRequest: order } },
    );
    assert.deepEqual(asked.slice(1), [order]);
  });

  it('without an accession number leaves that of the images', async () => {
    const bare = { ...canaryOrder, identifier: [] };
    const { subject } = await resolve({ readable: [bare] }, { asked: { serviceRequest: order } });
    assert.equal(subject.accession, 'ACC-1');
    assert.deepEqual(subject.warnings, []);
  });

  it('has the accession number that the caller says, or is request-invalid', async () => {
    const asked = { serviceRequest: order, accession: 'ACC-1' };
    const { subject } = await resolve({ readable: [canaryOrder] }, { asked });
    assert.equal(subject.accession, 'ACC-1');
    const { error } = await resolve({ readable: [canaryOrder] }, { asked: { ...asked, accession: 'ACC-2' } });
    assert.equal(error.code, 'request-invalid');
  });

  it('keeps its accession number where the caller says an empty one', async () => {
    const asked = { serviceRequest: order, accession: '' };
    const { subject } = await resolve({ readable: [canaryOrder] }, { asked });
    assert.equal(subject.accession, 'ACC-1');
  });

  it('of another patient is patient-mismatch', async () => {
    const other = { ...canaryOrder, subject: { reference: 'Patient/p-other-id' } };
    const { error } = await resolve({ readable: [other] }, { asked: { serviceRequest: order } });
    assert.equal(error.code, 'patient-mismatch');
    assert.match(error.message, /the patient of the order/);
  });

  it('that names another study is request-invalid', async () => {
    const asked = { serviceRequest: order };
    const study = { uid: '1.2.840.99', accession: 'ACC-OF-IMAGES' };
    const { error } = await resolve({ readable: [canaryOrder] }, { study, asked });
    assert.equal(error.code, 'request-invalid');
    assert.match(error.message, /the order is of another study/);
  });

  it('that names another study is taken where it has the accession number of the images', async () => {
    const asked = { serviceRequest: order };
    const { subject } = await resolve({ readable: [canaryOrder] }, { study: { uid: '1.2.840.99' }, asked });
    assert.equal(subject.order, order);
  });

  it('that is not there, was revoked or entered in error, is order-not-found', async () => {
    const wrong = { ...canaryOrder, status: 'entered-in-error' as const };
    const revoked = { ...canaryOrder, status: 'revoked' as const };
    for (const readable of [[], [wrong], [revoked]]) {
      const { error } = await resolve({ readable }, { asked: { serviceRequest: order } });
      assert.equal(error.code, 'order-not-found');
      assert.match(error.message, /no such ServiceRequest as was named.*Check its id\.$/);
      assert.doesNotMatch(error.message, /lookUp/);
    }
  });

  it('that is no reference into this EHR is request-invalid', async () => {
    for (const serviceRequest of [
      '',
      'order-canary-id',
      'Task/order-canary-id',
      'ServiceRequest/..',
      'ServiceRequest/a?b=c',
      'ServiceRequest/a/b',
      `https://else.example/fhir/${order}`,
      `ServiceRequest/${'1'.repeat(65)}`,
    ]) {
      const { error } = await resolve({ readable: [canaryOrder] }, { asked: { serviceRequest } });
      assert.equal(error.code, 'request-invalid', serviceRequest);
    }
  });
});

describe('An order as it is read', () => {
  it('tells its accession numbers, its study and its patient', async () => {
    await using server = await rawServer({ other: json(200, canaryOrder) });
    const { ehr } = openTestEhr(server.url, { accessionSystem });
    const { signal } = new AbortController();
    const read = await readOrder(ehr, `${server.url}/${order}/_history/2`, { signal });
    await ehr.close();
    assert.equal(read.reference, order);
    assert.equal(read.accession, 'ACC-1');
    assert.deepEqual(read.accessions, ['ACC-1']);
    assert.equal(read.studyUid, exampleFacts.study.uid);
    assert.deepEqual(read.subject, { reference: patientReference });
  });

  it('prefers the number in accessionSystem, and takes no other kind of number for one', async () => {
    const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };
    const identifier = [
      null,
      { value: 7 },
      { system: 'urn:placer', value: 'PLACER-7' },
      { type, system: 'urn:elsewhere', value: 'E-1' },
      { system: accessionSystem, value: 'A-1' },
      { system: 'urn:dicom:uid', value: 'urn:oid:not-a-uid' },
    ];
    await using server = await rawServer({ other: json(200, { ...canaryOrder, identifier }) });
    const { ehr } = openTestEhr(server.url, { accessionSystem });
    const read = await readOrder(ehr, order, { signal: new AbortController().signal });
    await ehr.close();
    assert.equal(read.accession, 'A-1');
    assert.deepEqual(read.accessions, ['A-1', 'E-1']);
    assert.equal(read.studyUid, undefined);
  });
});
