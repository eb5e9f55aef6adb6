import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EhrConfig } from '../../src/config-schema.ts';
import type { Asked } from '../../src/fhir/asked.ts';
import { publishFindings } from '../../src/fhir/publish-findings.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { openTestEhr, patientSystem } from '../fhir/ehr-fixture.ts';
import { exampleFacts } from '../fhir/facts.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { type Hapi, openHapi } from '../support/hapi/open-hapi.ts';

const accessionSystem = 'urn:oid:2.16.840.1.113883.19.6';
const mrn = (value: string, use: 'official' | 'old' = 'official') => ({ use, system: patientSystem, value });
const accession = { system: accessionSystem, value: 'ACC-1' };
const uid = { system: 'urn:dicom:uid', value: `urn:oid:${exampleFacts.study.uid}` };

/** As a merge leaves them: the record in use has taken over the number of the other. */
const held: readonly fhir4.FhirResource[] = [
  {
    resourceType: 'Patient',
    id: 'in-use',
    active: true,
    identifier: [mrn('MRN-99'), mrn('MRN-42', 'old')],
    birthDate: '1950-01-02',
    gender: 'female',
  },
  {
    resourceType: 'Patient',
    id: 'merged',
    active: false,
    identifier: [mrn('MRN-42')],
    link: [{ type: 'replaced-by', other: { reference: 'Patient/in-use' } }],
  },
  order('order', accession, 'active'),
  order('order-in-error', accession, 'entered-in-error'),
  order('order-of-another', { ...accession, value: 'ACC-2' }, 'active'),
  study('study', [uid]),
  study('study-of-the-same-order', [accession]),
  study('study-of-another', [{ ...uid, value: 'urn:oid:1.2.3' }]),
];

function order(
  id: string,
  identifier: fhir4.Identifier,
  status: fhir4.ServiceRequest['status'],
): fhir4.ServiceRequest {
  const subject = { reference: 'Patient/merged' };
  return { resourceType: 'ServiceRequest', id, status, intent: 'order', subject, identifier: [identifier] };
}

function study(id: string, identifier: fhir4.Identifier[]): fhir4.ImagingStudy {
  return {
    resourceType: 'ImagingStudy',
    id,
    status: 'available',
    subject: { reference: 'Patient/in-use' },
    identifier,
  };
}

describe('patient, order and ImagingStudy in HAPI FHIR', { skip: hapiMissing }, () => {
  let hapi: Hapi;

  before(async () => {
    hapi = await openHapi();
    for (const resource of held) {
      const answer = await fetch(`${hapi.url}/${resource.resourceType}/${resource.id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify(resource),
      });
      assert.equal(answer.status, 201, await answer.text());
    }
  });
  after(() => hapi?.close());

  async function publish(facts: ReportFacts, config: Partial<EhrConfig> = {}, asked: Asked = {}) {
    const lookUp = { serviceRequest: true, imagingStudy: true };
    const timeouts = { connect: 5, firstByte: 30, idle: 30, total: 60 };
    const { ehr, options } = openTestEhr(hapi.url, { accessionSystem, lookUp, timeouts, ...config });
    try {
      return await publishFindings(ehr, facts, { ...options, asked });
    } finally {
      await ehr.close();
    }
  }
  const header = { patientBirthDate: '19500102', patientSex: 'F' };
  const withStudy = (study: Partial<ReportFacts['study']>) => ({
    ...exampleFacts,
    study: { ...exampleFacts.study, ...header, ...study },
  });

  it('are found, each once, and the report that refers to them is taken', async () => {
    const { report, facts, alreadyPublished } = await publish(withStudy({}));
    assert.equal(alreadyPublished, false);
    assert.deepEqual(facts.warnings, []);
    const answer = await fetch(`${hapi.url}/${report}`);
    const read = (await answer.json()) as fhir4.DiagnosticReport;
    assert.equal(read.subject?.reference, 'Patient/in-use');
    assert.equal(read.basedOn?.[0]?.reference, 'ServiceRequest/order');
    assert.equal(read.imagingStudy?.[0]?.reference, 'ImagingStudy/study');
    assert.equal((await publish(withStudy({}))).alreadyPublished, true);
  });

  it('the patient is found by the order too, if the day of birth is the same', async () => {
    const { bundle } = await publish(withStudy({ patientId: 'UNKNOWN' }));
    assert.match(JSON.stringify(bundle), /"reference":"Patient\/in-use"/);
    await assert.rejects(publish(withStudy({ patientId: 'UNKNOWN', patientBirthDate: '19500103' })), {
      code: 'patient-mismatch',
    });
  });

  it('the order that is named is read', async () => {
    const asked = { serviceRequest: 'ServiceRequest/order-of-another', patient: { value: 'MRN-99' } };
    const lookUp = { serviceRequest: false, imagingStudy: false };
    const { facts } = await publish(withStudy({ uid: '1.2.840.7' }), { lookUp }, asked);
    assert.equal(facts.study.accession, 'ACC-2');
  });

  it('what differs, or is not there, is refused', async () => {
    await assert.rejects(publish(withStudy({ patientSex: 'M' })), { code: 'patient-mismatch' });
    await assert.rejects(publish(withStudy({ accession: 'ACC-3' })), { code: 'order-not-found' });
    await assert.rejects(publish(withStudy({ uid: '1.2.840.8', accession: 'ACC-2' })), {
      code: 'order-not-found',
      message: /holds no ImagingStudy/,
    });
  });
});
