import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import request from 'supertest';
import { type Analysis, AnalysisSchema } from '../../src/analysis/analysis.ts';
import { readEvents } from '../../src/client/read-events.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';

const lobeNames = ['RUL', 'RML', 'RLL', 'LUL', 'LLL'];

describe('POST /v1/analyses', () => {
  let test: TestService;
  let first: Analysis;
  const post = (body: object, accept = 'application/json') =>
    request(test.service.app.server).post('/v1/analyses').set('accept', accept).send(body);

  before(async () => {
    test = await openTestService();
  });
  after(() => test.close());

  it('analyses the study, publishes it and answers the Analysis', async () => {
    const answer = await post({ study: test.study.study.studyInstanceUid }).expect(200);
    first = answer.body as Analysis;
    const ajv = new Ajv({ strict: false });
    assert.ok(ajv.validate(AnalysisSchema, first), ajv.errorsText());
    assert.equal(first.outcome, 'published');
    assert.equal(first.id, answer.headers['x-request-id']);
    assert.deepEqual(first.study, {
      uid: test.study.study.studyInstanceUid,
      accession: 'TEST-1',
      patientId: 'PHANTOM-TEST-1',
    });
    assert.equal(first.series?.slices, 60);
    assert.deepEqual(first.series?.spacingMm, [3, 2.8, 2.8]);
    assert.deepEqual(
      first.involvement?.lobes.map(({ lobe }) => lobe),
      lobeNames,
    );
    assert.ok(first.models.every(({ executionProvider }) => executionProvider === 'cpu'));
    assert.equal(first.published?.alreadyPublished, false);
  });

  it('adds up: parts make the whole, scores make the severity score', () => {
    const found = first.involvement;
    assert.ok(found !== undefined);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const near = (a: number, b: number, tolerance: number) =>
      assert.ok(Math.abs(a - b) <= tolerance, `${a} and ${b}`);
    near(sum(found.lobes.map(({ lungMl }) => lungMl)), found.lungMl, 0.5);
    near(sum(found.lobes.map(({ opacityMl }) => opacityMl)), found.opacityMl, 0.05);
    near(found.right.lungMl + found.left.lungMl, found.lungMl, 0.5);
    near(found.percent, (100 * found.opacityMl) / found.lungMl, 0.05);
    assert.equal(sum(found.lobes.map(({ score }) => score)), first.severity?.score);
    near(sum(Object.values(first.classification?.probabilities ?? {})), 1, 0.001);
  });

  it('finds about the lungs that are in the phantom', () => {
    const { lungMl } = test.study.truth;
    const found = first.involvement?.lungMl ?? 0;
    assert.ok(Math.abs(found - lungMl) < 0.08 * lungMl, `${found} of ${lungMl} mL`);
  });

  it('publishes once: the same request again is a success that writes nothing', async () => {
    const { body } = await post({ study: test.study.study.studyInstanceUid }).expect(200);
    assert.equal(body.outcome, 'published');
    assert.deepEqual(body.published, { ...first.published, alreadyPublished: true });
    // Nobody wants its documents, so none are drawn.
    assert.ok((first.timingsMs['report'] ?? 0) > 0);
    assert.equal(body.timingsMs.report, undefined);
    const reports = await resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');
    assert.deepEqual(
      reports.map(({ id, status }) => [`DiagnosticReport/${id}`, status]),
      [[first.published?.report, 'preliminary']],
    );
    assert.equal((await resourcesOf<fhir4.Observation>(test.ehrUrl, 'Observation')).length, 8);
  });

  it('answers findings alone for publish: false', async () => {
    const { body } = await post({ study: test.study.study.studyInstanceUid, publish: false }).expect(200);
    assert.equal(body.outcome, 'analysed');
    assert.equal(body.published, undefined);
    assert.deepEqual(body.involvement, first.involvement);
  });

  it('takes an upload of the same instances and finds the same', async () => {
    const boundary = 'lobar-test';
    const parts = await Promise.all(
      test.study.files.map(async (file) => [
        Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
        await readFile(file),
        Buffer.from('\r\n'),
      ]),
    );
    const answer = await fetch(`${test.service.url}/v1/analyses?publish=false`, {
      method: 'POST',
      headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
      body: Buffer.concat([...parts.flat(), Buffer.from(`--${boundary}--\r\n`)]),
    });
    const body = (await answer.json()) as Analysis;
    assert.equal(answer.status, 200, JSON.stringify(body));
    assert.equal(body.outcome, 'analysed');
    assert.deepEqual(body.involvement, first.involvement);
    assert.deepEqual(body.classification, first.classification);
  });

  it('answers the Bundle to a FHIR client, and writes nothing for a dry run', async () => {
    const before = (await resourcesOf<fhir4.Provenance>(test.ehrUrl, 'Provenance')).length;
    const answer = await post(
      { study: test.study.study.studyInstanceUid, publish: 'dry-run', accession: ' OTHER-7 ' },
      'application/fhir+json',
    ).expect(200);
    assert.match(answer.headers['content-type'] ?? '', /^application\/fhir\+json/);
    const bundle = JSON.parse(answer.text) as fhir4.Bundle;
    assert.equal(bundle.type, 'transaction');
    assert.ok(JSON.stringify(bundle).includes('"value":"OTHER-7"'));
    assert.equal((await resourcesOf<fhir4.Provenance>(test.ehrUrl, 'Provenance')).length, before);
  });

  it('holds the Bundle in the Analysis of a dry run', async () => {
    const { body } = await post({ study: test.study.study.studyInstanceUid, publish: 'dry-run' }).expect(200);
    assert.equal(body.outcome, 'analysed');
    assert.equal(body.bundle.resourceType, 'Bundle');
  });

  it('streams progress, stage by stage, and then the Analysis', async () => {
    const answer = await fetch(`${test.service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ study: test.study.study.studyInstanceUid }),
    });
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.ok(answer.body !== null);
    const seen: string[] = [];
    let last: { event: string; data: string } | undefined;
    for await (const one of readEvents(answer.body)) {
      last = one;
      if (one.event !== 'progress') continue;
      const { stage, fraction } = JSON.parse(one.data) as { stage: string; fraction: number };
      if (fraction === 1) seen.push(stage);
    }
    assert.deepEqual(seen, ['find', 'retrieve', 'lungs', 'classify', 'opacities', 'quantify', 'publish']);
    assert.equal(last?.event, 'analysis');
    assert.equal((JSON.parse(last?.data ?? '') as Analysis).published?.alreadyPublished, true);
  });

  it('tells the models, its health and its API', async () => {
    const app = request(test.service.app.server);
    const { body } = await app.get('/v1/models').expect(200);
    assert.equal(body.models.length, 3);
    for (const model of body.models) assert.match(model.trainingData, /phantom/i);
    await app.get('/health/live').expect(200, { status: 'live' });
    const queue = { kind: 'in-process', up: true, waiting: 0 };
    await app.get('/health/ready').expect(200, { status: 'ready', inFlight: 0, queue });
    const api = await app.get('/openapi.json').expect(200);
    assert.equal(api.body.openapi, '3.1.0');
    await app.get('/docs/').expect(200).expect('content-type', /html/);
  });
});
