import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EhrClient } from '../../src/fhir/open-ehr.ts';
import { type PublishOptions, publishFindings } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient, openTestEhr, patientSystem } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { accessionSystem, canaryOrder, canaryStudy } from './subject-fixture.ts';
import { problemsOf } from './validators.ts';

describe('Publishing with order and ImagingStudy looked up in the embedded EHR', () => {
  let sandbox: SandboxEhr;
  let ehr: EhrClient;
  let options: PublishOptions;
  let patient = '';

  before(async () => {
    sandbox = await openSandboxEhr({ patients: [{ ...canaryPatient, gender: 'female' }] });
    ({ ehr, options } = openTestEhr(sandbox.url, {
      accessionSystem,
      lookUp: { serviceRequest: true, imagingStudy: true },
    }));
    const found = await search<fhir4.Patient>(`Patient?identifier=${patientSystem}|MRN-42`);
    patient = `Patient/${found[0]?.id}`;
  });
  after(async () => {
    await ehr.close();
    await sandbox.close();
  });

  async function search<T extends fhir4.FhirResource>(path: string): Promise<T[]> {
    const bundle = (await (await fetch(`${sandbox.url}/${path}`)).json()) as fhir4.Bundle;
    return (bundle.entry ?? []).map(({ resource }) => resource as T);
  }

  async function create({ id: _, ...resource }: fhir4.FhirResource): Promise<string> {
    const answer = await fetch(`${sandbox.url}/${resource.resourceType}`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...resource, subject: { reference: patient } }),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    return `${resource.resourceType}/${((await answer.json()) as { id: string }).id}`;
  }

  it('refuses while the order is not there, and writes nothing', async () => {
    await assert.rejects(publishFindings(ehr, exampleFacts, options), { code: 'order-not-found' });
    assert.deepEqual(await search('DiagnosticReport'), []);
  });

  it('refers to both beside their identifiers, in every resource, as both validators allow', async () => {
    // Orders and studies of others that a loose search would find.
    const other = { system: accessionSystem, value: 'ACC-10' };
    await create({ ...canaryOrder, identifier: [other] });
    await create({ ...canaryStudy, identifier: [other] });
    const order = await create(canaryOrder);
    const study = await create(canaryStudy);

    const { bundle, report } = await publishFindings(ehr, exampleFacts, options);
    assert.deepEqual(problemsOf(bundle), []);
    const pairs = (references: fhir4.Reference[] = []) =>
      references.map(({ reference, identifier }) => [reference, identifier?.value]);
    const uid = `urn:oid:${exampleFacts.study.uid}`;
    const [written] = await search<fhir4.DiagnosticReport>(
      `DiagnosticReport?_id=${report.replace('DiagnosticReport/', '')}`,
    );
    assert.deepEqual(pairs(written?.basedOn), [[order, 'ACC-1']]);
    assert.deepEqual(pairs(written?.imagingStudy), [[study, uid]]);
    const observations = await search<fhir4.Observation>('Observation?_count=20');
    assert.equal(observations.length, 8);
    for (const one of observations) {
      assert.deepEqual(pairs(one.basedOn), [[order, 'ACC-1']]);
      assert.deepEqual(pairs(one.partOf), [[study, uid]]);
      // The severity score is derived from the lobes alone.
      const images = one.derivedFrom?.filter(({ type }) => type === 'ImagingStudy');
      const isScore = one.code.coding?.[0]?.code === 'ct-severity-score';
      assert.deepEqual(pairs(images), isScore ? [] : [[study, uid]]);
    }
    const [provenance] = await search<fhir4.Provenance>('Provenance');
    assert.deepEqual(pairs((provenance?.entity ?? []).slice(0, 1).map(({ what }) => what)), [[study, uid]]);
  });

  it('a second time finds what is there', async () => {
    const again = await publishFindings(ehr, exampleFacts, options);
    assert.equal(again.alreadyPublished, true);
  });

  it('warns in the facts and the narrative that the patient was taken from the order', async () => {
    const { ehr: other, options } = openTestEhr(sandbox.url, {
      accessionSystem,
      lookUp: { serviceRequest: true, imagingStudy: false },
    });
    const study = {
      ...exampleFacts.study,
      uid: '1.2.840.8',
      accession: 'A-8',
      patientId: 'NOBODY',
      patientBirthDate: '19500102',
    };
    await create({ ...canaryOrder, identifier: [{ system: accessionSystem, value: 'A-8' }] });
    const { facts, report } = await publishFindings(other, { ...exampleFacts, study }, options);
    await other.close();
    assert.equal(facts.warnings.at(-1)?.code, 'patient-by-order');
    const [written] = await search<fhir4.DiagnosticReport>(
      `DiagnosticReport?_id=${report.replace('DiagnosticReport/', '')}`,
    );
    assert.match(written?.text?.div ?? '', /<li>patient-by-order: The images have no PatientID/);
  });

  it('replaces in place the report that was written before the order was looked up', async () => {
    const accession = {
      ...exampleFacts,
      study: { ...exampleFacts.study, uid: '1.2.840.9', accession: 'A-9' },
    };
    const { ehr: before, options } = openTestEhr(sandbox.url, { accessionSystem });
    const first = await publishFindings(before, accession, options);
    await before.close();
    const order = await create({ ...canaryOrder, identifier: [{ system: accessionSystem, value: 'A-9' }] });
    const { ehr: later } = openTestEhr(sandbox.url, {
      accessionSystem,
      lookUp: { serviceRequest: true, imagingStudy: false },
    });
    const second = await publishFindings(later, accession, options);
    await later.close();
    assert.equal(second.alreadyPublished, false);
    assert.equal(second.report, first.report);
    assert.notEqual(second.runKey, first.runKey);
    const [written] = await search<fhir4.DiagnosticReport>(
      `DiagnosticReport?_id=${second.report.replace('DiagnosticReport/', '')}`,
    );
    assert.equal(written?.basedOn?.[0]?.reference, order);
  });

  it('by the order that the caller names takes its accession number, and says so', async () => {
    const study = { ...exampleFacts.study, uid: '1.2.840.10' };
    const number = { system: accessionSystem, value: 'A-10' };
    const serviceRequest = await create({ ...canaryOrder, identifier: [number] });
    const { ehr: plain, options } = openTestEhr(sandbox.url, { accessionSystem });
    const { facts, bundle } = await publishFindings(
      plain,
      { ...exampleFacts, study },
      { ...options, asked: { serviceRequest } },
    );
    await plain.close();
    assert.equal(facts.study.accession, 'A-10');
    const report = bundle.entry?.find(({ resource }) => resource?.resourceType === 'DiagnosticReport');
    assert.deepEqual((report?.resource as fhir4.DiagnosticReport).basedOn?.[0], {
      reference: serviceRequest,
      type: 'ServiceRequest',
      identifier: {
        type: {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/v2-0203',
              code: 'ACSN',
              display: 'Accession ID',
            },
          ],
        },
        ...number,
      },
    });
  });

  it('by an order without any number refers to it alone', async () => {
    const { accession: _, ...study } = { ...exampleFacts.study, uid: '1.2.840.11' };
    const serviceRequest = await create({ ...canaryOrder, identifier: [] });
    const { ehr: plain, options } = openTestEhr(sandbox.url, { accessionSystem });
    const facts = { ...exampleFacts, study };
    const { bundle } = await publishFindings(plain, facts, { ...options, asked: { serviceRequest } });
    await plain.close();
    assert.deepEqual(problemsOf(bundle), []);
    const report = bundle.entry?.find(({ resource }) => resource?.resourceType === 'DiagnosticReport');
    assert.deepEqual((report?.resource as fhir4.DiagnosticReport).basedOn, [
      { reference: serviceRequest, type: 'ServiceRequest' },
    ]);
  });

  it('warns in the report of a patient who differs, where config says so, and keeps the run key', async () => {
    const study = { ...exampleFacts.study, patientBirthDate: '19500103', patientSex: 'M' };
    const { ehr: warning, options } = openTestEhr(sandbox.url, { demographics: 'warn' });
    const dry = { ...options, mode: 'dry-run' as const };
    const { facts, bundle, runKey } = await publishFindings(warning, { ...exampleFacts, study }, dry);
    const same = await publishFindings(warning, exampleFacts, dry);
    await warning.close();
    assert.equal(runKey, same.runKey);
    assert.deepEqual(
      facts.warnings.map(({ code }) => code),
      ['patient-mismatch'],
    );
    const report = bundle.entry?.find(({ resource }) => resource?.resourceType === 'DiagnosticReport');
    const { text } = report?.resource as fhir4.DiagnosticReport;
    assert.match(
      text?.div ?? '',
      /patient-mismatch: The images and the EHR differ in the patient's birth date and sex\./,
    );
    assert.doesNotMatch(JSON.stringify(bundle), /1950/);
  });
});
