/** What goes back into the PACS with a report, and that it disturbs no later analysis. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import type { Analysis } from '../../src/analysis/analysis.ts';
import type { DicomJson } from '../../src/dicomweb/dicom-json.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type AuditServer, auditServer } from '../fhir/audit/audit-server.ts';
import { openForwardingProxy } from '../support/forwarding-proxy.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
const first = (json: DicomJson, tag: string) => json[tag]?.Value?.[0];

describe('What is stored into the PACS', () => {
  let test: TestService;
  let repository: AuditServer;
  let stored: Analysis;
  before(async () => {
    repository = await auditServer();
    test = await openTestService({
      store: ['seg', 'sr', 'pdf', 'pictures'],
      studies: [{ study: { date: today, time: '000000' } }],
      patients: [1, 2].map((seed) => ({
        resourceType: 'Patient',
        identifier: [{ system: 'urn:oid:1.2.3.4', value: `PHANTOM-TEST-${seed}` }],
      })),
      limits: { requestsPerMinute: 100_000 },
      audit: { fhir: { url: repository.url }, whenDown: 'required' },
    });
  });
  after(async () => {
    await test.close();
    await repository[Symbol.asyncDispose]();
  });
  /** DICOM Instances Transferred (PS3.15 A.5.3.7): how many instances each tells. */
  const transfers = () =>
    repository.events
      .filter(({ subtype = [] }) => subtype.some(({ code }) => code === '110104'))
      .map(({ outcome, entity = [] }) => {
        const counts = entity.flatMap(({ detail = [] }) => detail.map(({ valueString }) => valueString));
        return [outcome, counts.reduce((sum, count) => sum + Number(count), 0)];
      });

  const post = (body: object) => request(test.service.app.server).post('/v1/analyses').send(body);
  const study = () => test.study.study.studyInstanceUid;
  const instancesOf = async (uid: string) =>
    (await (await fetch(`${test.pacsUrl}/studies/${uid}/instances`)).json()) as DicomJson[];
  const seriesOf = async (uid: string) =>
    (await (await fetch(`${test.pacsUrl}/studies/${uid}/series`)).json()) as DicomJson[];

  it('is nothing for a dry run', async () => {
    const { body } = await post({ study: study(), publish: 'dry-run' }).expect(200);
    assert.equal(body.stored, undefined);
    assert.equal((await instancesOf(study())).length, 60);
    assert.deepEqual(transfers(), []);
  });

  it('is all that the configuration asks for, in the study of the images', async () => {
    const answer = await post({ study: study() }).set('accept', 'text/event-stream').expect(200);
    const events = [...answer.text.matchAll(/^event: (.*)\ndata: (.*)$/gm)];
    const told = events.flatMap(([, event = '', data = '']) =>
      event === 'progress' ? [JSON.parse(data) as { stage: string; fraction: number }] : [],
    );
    // Drawn and stored before it is published.
    assert.deepEqual(
      told.slice(-6).map(({ stage, fraction }) => `${stage} ${fraction}`),
      ['report 0', 'report 1', 'store 0', 'store 1', 'publish 0', 'publish 1'],
    );
    stored = JSON.parse(events.at(-1)?.[2] ?? '') as Analysis;
    assert.ok((stored.timingsMs['store'] ?? 0) > 0);
    const { pacs, instances = [] } = stored.stored ?? {};
    assert.equal(pacs, 'main');
    const kinds = instances.map(({ object }) => object);
    assert.deepEqual([...new Set(kinds)], ['seg', 'sr', 'pdf', 'pictures']);
    const held = await instancesOf(study());
    assert.equal(held.length, 60 + instances.length);
    assert.deepEqual(transfers(), [['0', instances.length]]);
    for (const { sopInstanceUid, sopClassUid, seriesInstanceUid } of instances) {
      const one = held.find((json) => first(json, '00080018') === sopInstanceUid);
      assert.ok(one !== undefined);
      assert.equal(first(one, '00080016'), sopClassUid);
      assert.equal(first(one, '0020000E'), seriesInstanceUid);
    }
    const series = (await seriesOf(study())).map((json) => [
      first(json, '00200011'),
      first(json, '00080060'),
    ]);
    assert.deepEqual(
      series.sort(([a], [b]) => Number(a) - Number(b)),
      [
        [2, 'CT'],
        [9001, 'SEG'],
        [9002, 'SR'],
        [9003, 'DOC'],
        [9004, 'OT'],
      ],
    );
  });

  it('disturbs no later analysis of the study: the same series, the same objects, nothing more', async () => {
    const before = (await instancesOf(study())).length;
    const { body } = await post({ study: study() }).expect(200);
    assert.equal(body.series.uid, stored.series?.uid);
    assert.deepEqual(body.series.chosenBecause, stored.series?.chosenBecause);
    assert.deepEqual(body.involvement, stored.involvement);
    assert.deepEqual(body.stored, stored.stored);
    assert.equal(body.published.alreadyPublished, true);
    assert.equal((await instancesOf(study())).length, before);
    // Nothing was sent again.
    assert.equal(transfers().length, 1);
    const others = body.series.others as NonNullable<Analysis['series']>['others'];
    assert.deepEqual(
      others.map(({ reasons }) => reasons.map(({ code }) => code)),
      [['not-ct'], ['not-ct'], ['not-ct'], ['not-ct']],
    );
  });

  it('makes no new study of one that was analysed by itself', async () => {
    const uid = test.studies[0]?.study.studyInstanceUid ?? '';
    const tell = () => request(test.service.url).post('/v1/events/study-stable').send({ study: uid });
    const event = await tell().expect(202);
    assert.equal(event.body.decision, 'enqueued');
    await until(async () => (await request(test.service.url).get(event.body.job)).body.state === 'finished');
    const { body } = await request(test.service.url).get(event.body.job);
    assert.ok(body.analysis.stored.instances.length >= 4);
    // Our own objects have made the study stable once more.
    const again = await tell().expect(202);
    assert.deepEqual([again.body.decision, again.body.job], ['known', event.body.job]);
    assert.equal((await resourcesOf(test.ehrUrl, 'DiagnosticReport', uid)).length, 1);
  });
});

describe('A report that a human has finalised', () => {
  it('has nothing more stored into the PACS, and stays as it is', async () => {
    const test = await openTestService({ store: ['sr'] });
    try {
      const { studyInstanceUid: study } = test.study.study;
      const instances = async () =>
        ((await (await fetch(`${test.pacsUrl}/studies/${study}/instances`)).json()) as DicomJson[]).length;
      const signed = await signedReport(test, study);
      const before = await instances();
      const answer = await request(test.service.app.server).post('/v1/analyses').send({ study }).expect(409);
      assert.equal(answer.body.code, 'report-finalised');
      assert.equal(await instances(), before);
      assert.deepEqual(await resourcesOf(test.ehrUrl, 'DiagnosticReport'), signed);
    } finally {
      await test.close();
    }
  });
});

/** A report of an earlier run, as a human has signed it. */
async function signedReport(test: TestService, study: string): Promise<fhir4.DiagnosticReport[]> {
  const { body } = await request(test.service.app.server)
    .post('/v1/analyses')
    .send({ study, publish: 'dry-run' })
    .expect(200);
  const { entry = [] } = body.bundle as fhir4.Bundle;
  const report = entry
    .map(({ resource }) => resource)
    .find((one) => one?.resourceType === 'DiagnosticReport') as fhir4.DiagnosticReport;
  const [first] = report.identifier ?? [];
  assert.ok(first);
  const signed = { ...report, status: 'final', identifier: [first], result: [], presentedForm: [] };
  const put = await fetch(`${test.ehrUrl}/DiagnosticReport/${report.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(signed),
  });
  assert.equal(put.status, 201, await put.text());
  return await resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');
}

describe('A PACS that does not store', () => {
  /** As PS3.18 table I.2-1 has it: Failed SOP Sequence with SOP class not supported, 0122H. */
  const refusal = {
    '00081198': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [0x0122] } }] },
  };

  it('keeps the report from the EHR', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-stored-'));
    await writePhantomStudy(folder);
    const pacs = await openSandboxPacs({ folder });
    let isFull = true;
    const proxy = await openForwardingProxy(pacs.url, ({ method, url = '' }) => {
      if (!isFull) return undefined;
      // Nor does it find what it may hold of them.
      if (/\/series\/[\d.]+\/instances(?:\?|$)/.test(url)) return 404;
      return method === 'POST' ? { status: 409, dataset: refusal } : undefined;
    });
    const test = await openTestService({ pacs: { main: { url: proxy.url, store: ['sr'], retries: 0 } } });
    try {
      const body = { study: test.study.study.studyInstanceUid };
      const answer = await request(test.service.app.server).post('/v1/analyses').send(body).expect(502);
      assert.equal(answer.body.code, 'store-refused');
      assert.match(answer.body.detail, /sr \(failure reason 0122H, SOP class not supported\)/);
      assert.match(answer.body.detail, /No new report was published/);
      assert.equal((await resourcesOf(test.ehrUrl, 'DiagnosticReport')).length, 0);

      // Nor is another sentence true where the EHR holds it already.
      isFull = false;
      await request(test.service.app.server).post('/v1/analyses').send(body).expect(200);
      isFull = true;
      const again = await request(test.service.app.server).post('/v1/analyses').send(body).expect(502);
      assert.match(again.body.detail, /No new report was published/);
      assert.equal((await resourcesOf(test.ehrUrl, 'DiagnosticReport')).length, 1);
    } finally {
      await test.close();
      await proxy.close();
      await pacs.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
