import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildBundle, buildDocument } from '../../src/fhir/build-bundle.ts';
import { fhirBase, patientSystem } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

const subject = {
  reference: 'Patient/p1',
  identifier: { system: patientSystem, value: 'MRN-42' },
  imagingStudy: 'ImagingStudy/s1',
  order: 'ServiceRequest/o1',
};

function documentIn({ entry = [] }: fhir4.Bundle): fhir4.DocumentReference {
  const found = entry.find(({ resource }) => resource?.resourceType === 'DocumentReference')?.resource;
  assert.ok(found);
  return found as fhir4.DocumentReference;
}

const beside = buildBundle(exampleFacts, subject, { fhirBase, document: true });
const alone = buildDocument(exampleFacts, subject, { fhirBase });

describe('A DocumentReference', () => {
  it('names the report, and the run that wrote it', () => {
    const { runKey } = beside;
    for (const bundle of [beside.bundle, alone.bundle]) {
      const { identifier, masterIdentifier } = documentIn(bundle);
      assert.deepEqual(identifier, [
        {
          use: 'official',
          system: `${fhirBase}/ai-document`,
          value: '1.2.826.0.1.3680043.8.498.1/lobar-ct-chest',
        },
        { use: 'secondary', system: `${fhirBase}/ai-run`, value: runKey },
      ]);
      assert.deepEqual(masterIdentifier, { system: 'urn:ietf:rfc3986', value: `urn:uuid:${runKey}` });
    }
  });

  it('is an imaging narrative as US Core has it, preliminary, and says that nobody verified it', () => {
    const { status, docStatus, type, category, description, date } = documentIn(beside.bundle);
    assert.deepEqual([status, docStatus], ['current', 'preliminary']);
    assert.deepEqual(
      type?.coding?.map(({ system, code }) => `${system} ${code}`),
      ['http://loinc.org 18748-4', 'http://loinc.org 24627-2'],
    );
    assert.deepEqual(
      category?.map(({ coding }) => coding?.map(({ code }) => code)),
      [['clinical-note'], ['LP29684-5']],
    );
    assert.match(description ?? '', /Preliminary, made by software, not verified by a radiologist/);
    assert.equal(date, exampleFacts.issuedAt);
  });

  it('is an imaging report first where the report is one', () => {
    const ehr = { reportStatus: 'preliminary', aiLabel: true, reportCode: 'imaging-report' } as const;
    const { type } = documentIn(buildDocument(exampleFacts, subject, { fhirBase, ehr }).bundle);
    assert.deepEqual(
      type?.coding?.map(({ code }) => code),
      ['85430-7', '18748-4', '24627-2'],
    );
  });

  it('is about patient, study, order and report, and of the time of the scan', () => {
    const { context, subject: about } = documentIn(beside.bundle);
    assert.equal(about?.reference, 'Patient/p1');
    assert.deepEqual(context?.period, { start: '2026-11-23T04:00:00Z', end: '2026-11-23T04:00:00Z' });
    assert.deepEqual(
      context?.related?.map(({ reference }) => reference),
      ['ImagingStudy/s1', 'ServiceRequest/o1', beside.report],
    );
    assert.equal(context?.related?.[0]?.identifier?.value, 'urn:oid:1.2.826.0.1.3680043.8.498.1');
    assert.equal(context?.related?.[1]?.identifier?.value, 'ACC-1');
  });

  it('has the software for its author: the Device that is written, or its identifier where none is', () => {
    const device = beside.bundle.entry?.[0]?.resource as fhir4.Device;
    const [besideAuthor] = documentIn(beside.bundle).author ?? [];
    assert.equal(besideAuthor?.reference, `Device/${device.id}`);
    const [aloneAuthor] = documentIn(alone.bundle).author ?? [];
    assert.equal(aloneAuthor?.reference, undefined);
    assert.deepEqual(aloneAuthor?.identifier, device.identifier?.[0]);
    assert.equal(aloneAuthor?.display, 'Lobar 0.1.0');
  });

  it('alone refers to no report, as there is none, and has an id for each run', () => {
    const { context, id } = documentIn(alone.bundle);
    assert.ok(!JSON.stringify(context).includes('DiagnosticReport'));
    const newer = { ...exampleFacts, algorithm: { ...exampleFacts.algorithm, version: '0.2.0' } };
    assert.notEqual(documentIn(buildDocument(newer, subject, { fhirBase }).bundle).id, id);
    // Beside a report it keeps its id, as the report does.
    const again = documentIn(buildBundle(newer, subject, { fhirBase, document: true }).bundle);
    assert.equal(again.id, documentIn(beside.bundle).id);
  });
});
