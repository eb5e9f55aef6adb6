import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AnalysisAudit } from '../../src/analysis/analysis-audit.ts';
import { headerFromSeriesJson } from '../../src/dicom/header-from-json.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { LobarError } from '../../src/errors.ts';
import type { AuditTrail } from '../../src/fhir/audit/open-audit-trail.ts';
import type { EhrClient } from '../../src/fhir/open-ehr.ts';
import { type PublishOptions, publishFindings } from '../../src/fhir/publish-findings.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { trailTo } from '../fhir/audit/audit-fixture.ts';
import { canaryPatient, fhirBase, openTestEhr } from '../fhir/ehr-fixture.ts';
import { clearFacts, exampleFacts } from '../fhir/facts.ts';
import { problemsOf } from '../fhir/validators.ts';
import { resourcesOf } from '../support/test-service.ts';
import { until } from '../support/until.ts';

// DICOM JSON (PS3.18 F): StudyInstanceUID, SeriesInstanceUID, Modality, PatientName, PatientID, birth date, sex.
const header: InstanceHeader = headerFromSeriesJson({
  '0020000D': { vr: 'UI', Value: [exampleFacts.study.uid] },
  '0020000E': { vr: 'UI', Value: [exampleFacts.series.uid] },
  '00080060': { vr: 'CS', Value: ['CT'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Canaryfamily^Canarygiven' }] },
  '00100020': { vr: 'LO', Value: ['MRN-42'] },
  '00100030': { vr: 'DA', Value: ['19500102'] },
  '00100040': { vr: 'CS', Value: ['F'] },
});

describe('The audit of one analysis, in the embedded EHR', () => {
  let sandbox: SandboxEhr;
  let trail: AuditTrail;
  let ehr: EhrClient;
  let options: PublishOptions;

  beforeEach(async () => {
    sandbox = await openSandboxEhr({ patients: [canaryPatient] });
    trail = trailTo({ url: sandbox.url, claimProfile: true });
    ({ ehr, options } = openTestEhr(sandbox.url));
  });
  afterEach(async () => {
    await trail.close();
    await ehr.close();
    await sandbox.close();
  });

  const auditOf = (id: string, dryRun = false) =>
    new AnalysisAudit({ id, ehr, dryRun, source: () => Promise.reject(new Error('not asked')) }, trail);

  /** What an analysis does, without its pixels. */
  async function analyse(id: string, facts: ReportFacts) {
    const audit = auditOf(id);
    try {
      await audit.read(header);
      const result = await audit.publishing(() => publishFindings(ehr, facts, options));
      await audit.published(result, fhirBase);
    } catch (error) {
      audit.failed(error);
    }
  }

  async function events(): Promise<fhir4.AuditEvent[]> {
    await until(() => trail.waiting === 0);
    return await resourcesOf<fhir4.AuditEvent>(sandbox.url, 'AuditEvent');
  }

  async function told(requestId: string): Promise<string[]> {
    return (await events())
      .filter(({ entity = [] }) => entity.some(({ what }) => what?.identifier?.value === requestId))
      .map(({ action, outcome, outcomeDesc = '', meta }) =>
        [action, outcome, outcomeDesc.split(':')[0], meta?.profile?.[0]?.split('.').at(-1)]
          .filter((one) => one)
          .join(' '),
      )
      .sort();
  }

  it('says what became of each request: new, there already, replaced, refused', async () => {
    await analyse('first', exampleFacts);
    await analyse('again', exampleFacts);
    await analyse('newer', clearFacts());
    const [report] = await resourcesOf<fhir4.DiagnosticReport>(sandbox.url, 'DiagnosticReport');
    await fetch(`${sandbox.url}/DiagnosticReport/${report?.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...report, status: 'final' }),
    });
    await analyse('too late', exampleFacts);

    assert.deepEqual(await told('first'), ['C 0 PatientCreate', 'R 0']);
    assert.deepEqual(await told('again'), ['R 0', 'U 0 already-published']);
    assert.deepEqual(await told('newer'), ['R 0', 'U 0 PatientUpdate']);
    // FHIR R4 audit-event-outcome: 4, a minor failure; report-finalised is HTTP 409.
    assert.deepEqual(await told('too late'), ['R 0', 'U 4 report-finalised']);

    const all = await events();
    assert.equal(all.length, 8);
    assert.doesNotMatch(JSON.stringify(all), /Canary|1950-?01-?02/);
    const entry = all.map((resource) => ({ resource }));
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry }), []);
  });

  it('of a study whose patient is refused before it is retrieved has both the read and the refusal', async () => {
    const audit = auditOf('refused');
    audit.saw(header);
    const refusal = new LobarError('patient-mismatch', { ehr: 'main', what: 'sex' });
    await assert.rejects(
      audit.publishing(() => Promise.reject(refusal)),
      refusal,
    );
    audit.failed(refusal);
    assert.deepEqual(await told('refused'), ['C 4 patient-mismatch', 'R 0']);
  });

  it('of a retrieval that broke off has one failed read, and nothing of publishing', async () => {
    const audit = auditOf('broken');
    audit.saw(header);
    audit.failed(new LobarError('pacs-incomplete', { pacs: 'main', problem: '3 of 5 instances arrived' }));
    // pacs-incomplete is HTTP 502: a serious failure.
    assert.deepEqual(await told('broken'), ['R 8 pacs-incomplete']);
  });

  it('of a dry run has the read alone, also when the patient is refused', async () => {
    const audit = auditOf('dry', true);
    await audit.read(header);
    const refusal = new LobarError('patient-not-found', { ehr: 'main' });
    await assert.rejects(
      audit.publishing(() => Promise.reject(refusal)),
      refusal,
    );
    audit.failed(refusal);
    assert.deepEqual(await told('dry'), ['R 0']);
  });

  it('says what went into the PACS, what was refused there, and nothing where it held all of it', async () => {
    const archive = { name: 'main', url: 'https://pacs.example.org/dicom-web' };
    const refusal = new LobarError('store-refused', { pacs: 'main', objects: ['sr (it gave no reason)'] });
    const stored = auditOf('stored');
    stored.saw(header);
    const sr = '1.2.840.10008.5.1.4.1.1.88.34';
    assert.equal(await stored.storing(archive, async (onSending) => onSending([sr]) ?? 'done'), 'done');
    const refused = auditOf('not stored');
    refused.saw(header);
    await assert.rejects(
      refused.storing(archive, async (onSending) => {
        onSending([sr]);
        throw refusal;
      }),
      refusal,
    );
    const held = auditOf('held');
    held.saw(header);
    await held.storing(archive, async () => {});

    assert.deepEqual(await told('stored'), ['C 0 PatientCreate']);
    assert.deepEqual(await told('not stored'), ['C 8 store-refused']);
    assert.deepEqual(await told('held'), []);
    const all = await events();
    assert.doesNotMatch(JSON.stringify(all), /Canary|1950-?01-?02/);
    assert.match(
      JSON.stringify(all),
      /NumberOfInstances of SOPClass 1\.2\.840\.10008\.5\.1\.4\.1\.1\.88\.34/,
    );
  });

  it('of an upload that could not be read has nothing: nobody is known', async () => {
    const audit = auditOf('nothing');
    audit.failed(new LobarError('no-images', { where: 'the upload' }));
    assert.deepEqual(await events(), []);
  });
});
