import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import type { Worklist } from '../../src/analysis/worklist/list-worklist.ts';
import { keptLog } from '../fhir/audit/audit-fixture.ts';
import { type AuditServer, auditServer } from '../fhir/audit/audit-server.ts';
import { problemsOf } from '../fhir/validators.ts';
import { openRawServer } from '../support/raw-server.ts';
import { openTestService, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

interface Inspected {
  readonly eligible: boolean;
  readonly series: readonly {
    readonly uid: string;
    readonly chosen: boolean;
    readonly slices: number;
    readonly reasons: readonly { readonly code: string }[];
  }[];
}

/** A study as a PACS lists it, that may do so as it likes. */
const listed = (uid: string, date: string | undefined, patient = 'P-1', modalities: string[] = ['CT']) => ({
  '0020000D': { vr: 'UI', Value: [uid] },
  '00100020': { vr: 'LO', Value: [patient] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DOE^JANE', Ideographic: '無名' }] },
  '00080050': { vr: 'SH', Value: ['A-1'] },
  '00080061': { vr: 'CS', Value: modalities },
  '00201206': { vr: 'IS', Value: ['2'] },
  '00201208': { vr: 'IS', Value: [300] },
  ...(date === undefined ? {} : { '00080020': { vr: 'DA', Value: [date] } }),
});

describe('The worklist', () => {
  let test: TestService;
  let repository: AuditServer;
  let raw: Awaited<ReturnType<typeof openRawServer>>;
  const log = keptLog();
  let answer: (url: URL) => unknown = () => [];
  const asked: URL[] = [];
  const get = (path: string, query: Readonly<Record<string, string>> = {}) =>
    request(test.service.app.server).get(path).query(query);
  const search = (body: object) => request(test.service.app.server).post('/v1/studies/search').send(body);
  const uidsOf = ({ body }: request.Response) => (body as Worklist).studies.map(({ uid }) => uid);

  before(async () => {
    repository = await auditServer();
    raw = await openRawServer((incoming, response) => {
      const url = new URL(incoming.url ?? '', 'http://pacs');
      asked.push(url);
      const found = url.searchParams.has('offset') ? [] : answer(url);
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(found));
    });
    test = await openTestService({
      studies: [
        { slices: 10, study: { date: '20260901', accessionNumber: 'ACC-7' } },
        { slices: 10, study: { date: '20260903' }, patient: { id: 'PHANTOM-TEST-2' } },
      ],
      pacs: {
        raw: { url: raw.url },
        gone: { url: 'http://127.0.0.1:9/dicom-web', retries: 0 },
      },
      audit: { fhir: { url: repository.url }, whenDown: 'required' },
      logger: log.logger,
    });
  });
  after(async () => {
    await test.close();
    await raw.close();
    await repository[Symbol.asyncDispose]();
  });

  it('lists the studies of a patient, newest first, and says who they are', async () => {
    const found = await search({ patientId: 'PHANTOM-TEST-2' }).expect(200);
    assert.equal(found.headers['cache-control'], 'no-store');
    const { studies, more } = found.body as Worklist;
    assert.equal(more, false);
    assert.deepEqual(
      studies.map(({ date }) => date),
      ['20260903', '20260901'],
    );
    const [, first] = studies;
    const { study } = test.studies[0] ?? assert.fail();
    assert.deepEqual(first, {
      uid: study.studyInstanceUid,
      patientName: 'PHANTOM^TEST 2',
      patientId: 'PHANTOM-TEST-2',
      patientBirthDate: study.patient.birthDate,
      patientSex: study.patient.sex,
      accession: 'ACC-7',
      date: '20260901',
      time: study.time,
      description: study.description,
      modalities: ['CT'],
      series: 1,
      images: 10,
    });
  });

  it('lists those of an accession number, and of days', async () => {
    const first = test.studies[0]?.study.studyInstanceUid;
    const second = test.studies[1]?.study.studyInstanceUid;
    assert.deepEqual(uidsOf(await search({ accession: 'ACC-7' })), [first]);
    assert.deepEqual(uidsOf(await search({ date: '20260903' })), [second]);
    assert.deepEqual(uidsOf(await search({ date: '20260901-20260930' })), [second, first]);
    assert.deepEqual(uidsOf(await search({ date: '20260901-20260902', accession: 'ACC-8' })), []);
  });

  it('says that there is more, and gives so many as are asked for', async () => {
    const days = { date: '20260901-20260930' };
    const { body } = await search({ ...days, limit: 1 }).expect(200);
    assert.deepEqual([body.studies.length, body.more], [1, true]);
    for (const limit of [0, 201, -1, 1.5, '1', 'all', null]) {
      await search({ ...days, limit }).expect(400);
    }
  });

  it('is never of a whole archive, and never by a pattern', async () => {
    const refused = await search({}).expect(400);
    assert.match(refused.body.detail, /needs patientId, accession or date/);
    for (const query of [
      { pacs: 'main' },
      { date: '19000101-20991231' },
      { date: '20260901-20261002' },
      { date: '20260903-20260901' },
      { date: '20260931' },
      { date: '2026' },
      { date: '20260901-' },
      { patientId: '*' },
      { patientId: 'PHANTOM?' },
      { patientId: 'A\\B' },
      { patientId: '' },
      { patientId: '  ' },
      { accession: 'A*' },
      { accession: 'A\u0000' },
      { patientId: 'x'.repeat(65) },
      { name: 'DOE' },
    ]) {
      const { body } = await search(query).expect(400);
      assert.equal(body.code, 'request-invalid', JSON.stringify(query));
    }
    // 31 days are a month, and of one patient they may be years.
    await search({ date: '20261001-20261031' }).expect(200);
    await search({ date: '19000101-20991231', patientId: 'PHANTOM-TEST-2' }).expect(200);
  });

  it('asks the PACS for exactly that, and takes nothing else from one that matches less strictly', async () => {
    asked.length = 0;
    answer = () => [
      listed('1.1', undefined, 'P-1'),
      listed('1.2', '20260102', 'p-1'),
      listed('1.3', '20260102', 'P-1', ['MR']),
      listed('1.4', '20260102', ' P-1 '),
      listed('1.5', '20260103', 'P-1', ['CT\\SR']),
      listed('1.6', '20260102', 'P-1', []),
      listed('1.4', '20260102', 'P-1'),
    ];
    const found = await search({ pacs: 'raw', patientId: ' P-1 ' }).expect(200);
    assert.deepEqual(uidsOf(found), ['1.5', '1.4', '1.6', '1.1']);
    assert.equal((found.body as Worklist).studies[0]?.patientName, 'DOE^JANE');
    assert.deepEqual((found.body as Worklist).studies[0]?.modalities, ['CT', 'SR']);
    const { pathname, searchParams } = asked[0] ?? assert.fail();
    assert.equal(pathname, '/studies');
    const { includefield, ...query } = Object.fromEntries(searchParams);
    assert.deepEqual(query, { PatientID: 'P-1', ModalitiesInStudy: 'CT' });
    assert.match(includefield ?? '', /00100010/);
  });

  it('asks for the newest days first, and for no older ones than fill the answer', async () => {
    const days: string[] = [];
    answer = ({ searchParams }) => {
      const asked = searchParams.get('StudyDate') ?? '';
      days.push(asked);
      const day = asked.slice(-8);
      return [listed(`1.${day}`, day), listed(`2.${day}`, '20250101')];
    };
    const month = { pacs: 'raw', date: '20261101-20261130' };
    const newest = await search({ ...month, limit: 1 }).expect(200);
    assert.deepEqual([uidsOf(newest), newest.body.more], [['1.20261130'], true]);
    assert.deepEqual([...new Set(days)], ['20261130', '20261128-20261129']);
    const all = await search(month).expect(200);
    const parts = ['20261130', '20261128-20261129', '20261124-20261127', '20261116-20261123'];
    assert.deepEqual([...new Set(days)], [...parts, '20261101-20261115']);
    const uids = ['1.20261130', '1.20261129', '1.20261127', '1.20261123', '1.20261115'];
    assert.deepEqual([uidsOf(all), all.body.more], [uids, false]);
  });

  it('passes over values that a PACS made up, and refuses a list that is none', async () => {
    answer = () => [
      {
        '0020000D': { vr: 'UI', Value: ['1.7'] },
        '00100020': { vr: 'LO', Value: ['P-1'] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: ['x'] }] },
        '00080020': { vr: 'DA', Value: ['20261399'] },
        '00081030': { vr: 'LO', Value: [null] },
        '00201206': { vr: 'IS', Value: [-3] },
      },
    ];
    const { body } = await search({ pacs: 'raw', patientId: 'P-1' }).expect(200);
    assert.deepEqual(body.studies, [{ uid: '1.7', patientId: 'P-1', modalities: [] }]);
    answer = () => ({ no: 'list' });
    const wrong = await search({ pacs: 'raw', patientId: 'P-1' }).expect(502);
    assert.equal(wrong.body.code, 'pacs-response-invalid');
  });

  it('tells what the PACS fails with', async () => {
    const gone = await search({ pacs: 'gone', patientId: 'P-1' }).expect(502);
    assert.equal(gone.body.code, 'pacs-unreachable');
    const unknown = await search({ pacs: 'other', patientId: 'P-1' }).expect(400);
    assert.equal(unknown.body.code, 'endpoint-unknown');
    assert.equal((await get('/v1/studies/1.2.3').expect(404)).body.code, 'study-not-found');
    assert.equal(
      (await get('/v1/studies/1.2.3', { pacs: 'gone' }).expect(502)).body.code,
      'pacs-unreachable',
    );
    assert.equal((await get('/v1/studies/not-a-uid').expect(400)).body.code, 'request-invalid');
  });

  it('says of a study whether it may be analysed, and why not', async () => {
    const good = await get(`/v1/studies/${test.study.study.studyInstanceUid}`).expect(200);
    assert.equal(good.headers['cache-control'], 'no-store');
    const { eligible, series } = good.body as Inspected;
    assert.equal(eligible, true);
    assert.deepEqual(
      series.map(({ uid, chosen, slices, reasons }) => [uid, chosen, slices, reasons.length]),
      [[test.study.series.seriesInstanceUid, true, 60, 0]],
    );
    const short = await get(`/v1/studies/${test.studies[0]?.study.studyInstanceUid}`).expect(200);
    const inspected = short.body as Inspected;
    assert.equal(inspected.eligible, false);
    assert.deepEqual(
      inspected.series.map(({ chosen, reasons }) => [chosen, reasons.map(({ code }) => code)]),
      [[false, ['too-few-slices', 'too-short']]],
    );
  });

  it('knows what a request may name', async () => {
    const { body, headers } = await get('/v1/endpoints').expect(200);
    assert.deepEqual(body, {
      pacs: ['main', 'raw', 'gone'],
      ehr: ['main'],
      languages: ['en', 'nl', 'fr', 'de', 'es', 'it'],
      language: 'en',
    });
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('is in the audit: one event for each look, also in vain, and none of it is shown unrecorded', async () => {
    repository.events.length = 0;
    await search({ patientId: 'PHANTOM-TEST-2' }).expect(200);
    await search({ date: '20260903' }).expect(200);
    await search({ pacs: 'gone', accession: 'A-1' }).expect(502);
    await get(`/v1/studies/${test.study.study.studyInstanceUid}`).expect(200);
    await until(() => repository.events.length === 4);
    assert.deepEqual(repository.events.map(({ action, outcome }) => `${action} ${outcome}`).toSorted(), [
      'E 0',
      'E 0',
      'E 0',
      'E 8',
    ]);
    const [patient, query] = repository.events[0]?.entity ?? [];
    assert.equal(patient?.what?.identifier?.value, 'PHANTOM-TEST-2');
    const text = Buffer.from(query?.query ?? '', 'base64').toString();
    assert.match(text, /^studies\?PatientID=PHANTOM-TEST-2&ModalitiesInStudy=CT&/);
    // No read: nobody has opened it.
    const uid = test.study.study.studyInstanceUid;
    const looks = repository.events.flatMap(({ entity = [] }) =>
      entity.some(({ what }) => what?.identifier?.value === `urn:oid:${uid}`) ? [entity] : [],
    );
    const ofStudy = looks[0]?.flatMap(({ query = '' }) => Buffer.from(query, 'base64').toString() || []);
    assert.deepEqual([looks.length, ofStudy], [1, [`studies/${uid}/series`]]);
    const entry = repository.events.map((resource) => ({ resource }));
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry }), []);

    const { answer } = repository;
    repository.answer = (_incoming, response) => void response.writeHead(503).end();
    const refused = await search({ patientId: 'PHANTOM-TEST-2' }).expect(502);
    assert.equal(refused.body.code, 'audit-unavailable');
    assert.doesNotMatch(JSON.stringify(refused.body), /PHANTOM/);
    repository.answer = answer;
  });

  it('names nobody in the log', () => {
    assert.match(log.text(), /\/v1\/studies\/:study/);
    assert.doesNotMatch(log.text(), /PHANTOM|DOE|ACC-7|P-1\b|2\.25\.\d{10}/);
  });
});
