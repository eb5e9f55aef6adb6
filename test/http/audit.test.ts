import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import request from 'supertest';
import { type AuditServer, auditServer } from '../fhir/audit/audit-server.ts';
import { json, outcome } from '../fhir/ehr-fixture.ts';
import { problemsOf } from '../fhir/validators.ts';
import {
  openTestService,
  patient,
  patientSystem,
  resourcesOf,
  type TestService,
} from '../support/test-service.ts';
import { until } from '../support/until.ts';

describe('The audit of a service, required', () => {
  let repository: AuditServer;
  let test: TestService;
  const post = (body: object) => request(test.service.app.server).post('/v1/analyses').send(body);
  const studyUid = () => test.study.study.studyInstanceUid;
  /** Of a study whose patient the EHR does not know. */
  const strangerUid = () => test.studies[0]?.study.studyInstanceUid;
  const reports = () => resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');
  const told = () =>
    repository.events.map(({ action, outcome, outcomeDesc }) =>
      [action, outcome, outcomeDesc?.split(':')[0]].filter((one) => one !== undefined).join(' '),
    );
  const seen: fhir4.AuditEvent[] = [];

  before(async () => {
    repository = await auditServer();
    test = await openTestService({
      studies: [{}, {}],
      patients: [patient('PHANTOM-TEST-1'), patient('PHANTOM-TEST-3')],
      audit: { fhir: { url: repository.url }, whenDown: 'required', site: 'Test ward' },
    });
  });
  beforeEach(() => {
    seen.push(...repository.events);
    repository.events.length = 0;
    repository.taken.length = 0;
  });
  after(async () => {
    await test.close();
    await repository[Symbol.asyncDispose]();
  });

  it('publishes nothing while the read of the study cannot be recorded', async () => {
    const { answer } = repository;
    repository.answer = json(503, outcome('not yet'));
    const { body } = await post({ study: studyUid() }).expect(502);
    assert.equal(body.code, 'audit-unavailable');
    assert.match(body.detail, /Nothing was published\. Send the request again when it takes events\.$/);
    assert.deepEqual(await reports(), []);
    repository.answer = answer;
    // It was read all the same.
    await until(() => repository.events.length === 1);
    assert.deepEqual(told(), ['R 0']);
  });

  it('tells that the report is published where that alone could not be recorded', async () => {
    const { answer } = repository;
    repository.answer = (incoming, response, body) =>
      ((JSON.parse(body) as fhir4.AuditEvent).action === 'R' ? answer : json(422, outcome('full')))(
        incoming,
        response,
        body,
      );
    const { body } = await post({ study: studyUid() }).expect(502);
    assert.equal(body.code, 'audit-unavailable');
    assert.match(body.detail, /The report is published/);
    assert.equal((await reports()).length, 1);
    assert.deepEqual(told(), ['R 0']);
    repository.answer = answer;
  });

  it('records the request that finds the report there', async () => {
    const { body, headers } = await post({ study: studyUid() }).expect(200);
    assert.equal(body.published.alreadyPublished, true);
    assert.deepEqual(told(), ['R 0', 'U 0 already-published']);
    assert.deepEqual(repository.taken, [headers['x-request-id'], headers['x-request-id']]);
  });

  it('has exactly one event for the read and one for the report', async () => {
    const { body } = await post({ study: test.studies[1]?.study.studyInstanceUid }).expect(200);
    assert.equal(repository.events.length, 2);
    const [read, published] = repository.events;
    assert.equal(read?.action, 'R');
    assert.equal(published?.action, 'C');
    for (const event of repository.events) {
      assert.equal(event.outcome, '0');
      assert.equal(event.source.site, 'Test ward');
      assert.equal(event.agent.find(({ requestor }) => requestor)?.network?.type, '2');
      assert.deepEqual(event.entity?.[0]?.what?.identifier, {
        system: patientSystem,
        value: 'PHANTOM-TEST-3',
      });
    }
    const source = read?.agent.find(({ type }) => type?.coding?.[0]?.code === '110153');
    assert.deepEqual([source?.who?.display, source?.network?.address], ['PACS main', test.pacsUrl]);
    const target = published?.agent.find(({ type }) => type?.coding?.[0]?.code === '110152');
    assert.deepEqual([target?.who?.display, target?.network?.address], ['EHR main', test.ehrUrl]);
    const data = published?.entity?.find(({ type }) => type?.code === '2');
    assert.equal(data?.name, body.published.report);
    const report = (await reports()).find(({ id }) => data?.name === `DiagnosticReport/${id}`);
    assert.ok(report?.identifier?.some(({ value }) => value === data?.what?.identifier?.value));
  });

  it('has the read alone for a dry run and for findings alone', async () => {
    await post({ study: studyUid(), publish: 'dry-run' }).expect(200);
    await post({ study: studyUid(), publish: false }).expect(200);
    assert.deepEqual(told(), ['R 0', 'R 0']);
  });

  it('has the read and the refusal of a study whose patient the EHR does not know', async () => {
    const { body } = await post({ study: strangerUid() }).expect(422);
    assert.equal(body.code, 'patient-not-found');
    await until(() => repository.events.length === 2);
    assert.deepEqual(told(), ['R 0', 'C 4 patient-not-found']);
  });

  it('has a failure for a study that is not there, about nobody', async () => {
    const { body } = await post({ study: '1.2.3.4' }).expect(404);
    assert.equal(body.code, 'study-not-found');
    await until(() => repository.events.length === 1);
    assert.deepEqual(told(), ['R 4 study-not-found']);
    assert.deepEqual(
      repository.events[0]?.entity?.map(({ type }) => type?.code),
      ['2', 'XrequestId'],
    );
  });

  it('has the caller for the source of an upload', async () => {
    const [file = ''] = test.study.files;
    const part = await readFile(file);
    const answer = await fetch(`${test.service.url}/v1/analyses?publish=false`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
      body: Buffer.concat([
        Buffer.from('--b\r\nContent-Type: application/dicom\r\n\r\n'),
        part,
        Buffer.from('\r\n--b--\r\n'),
      ]),
    });
    // One slice is no volume; its header was read all the same.
    assert.equal(((await answer.json()) as { outcome?: string }).outcome, 'ineligible');
    assert.deepEqual(told(), ['R 0']);
    const source = repository.events[0]?.agent.find(({ type }) => type?.coding?.[0]?.code === '110153');
    assert.deepEqual(
      [source?.who?.display, source?.requestor, source?.network?.address],
      ['Caller of the Lobar API', true, '127.0.0.1'],
    );
  });

  it('has said nobody’s name, birth date or sex, and nothing that the validators object to', () => {
    assert.ok(seen.length >= 9);
    // Of the images: PHANTOM^TEST 1, born 19700101, sex O.
    assert.doesNotMatch(JSON.stringify(seen), /PHANTOM\^|PHANTOM TEST|1970-?01-?01|gender|birth/i);
    const entry = seen.map((resource) => ({ resource }));
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry }), []);
  });
});
