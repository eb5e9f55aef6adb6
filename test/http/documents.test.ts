import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { readEvents, type ServerEvent } from '../../src/client/read-events.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';

/** The first bytes of a file: ISO 32000 7.5.2, PNG 5.2. */
const begins = { pdf: '%PDF-', png: '\x89PNG' } as const;
const startOf = (bytes: Uint8Array, length: number) =>
  Buffer.from(bytes.subarray(0, length)).toString('latin1');

describe('An analysis that is answered by documents', () => {
  let test: TestService;
  const uid = () => test.study.study.studyInstanceUid;
  const post = (body: object, accept = 'application/json') =>
    request(test.service.app.server)
      .post('/v1/analyses')
      .set('accept', accept)
      .buffer(true)
      .parse((answer, done) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => done(null, Buffer.concat(chunks)));
      })
      .send(body);
  const bytesOf = ({ body }: request.Response) => body as Buffer;
  const jsonOf = <Document>(answer: request.Response) => JSON.parse(bytesOf(answer).toString()) as Document;

  before(async () => {
    test = await openTestService({ studies: [{ slices: 10 }] });
  });
  after(() => test.close());

  it('is a PDF under Accept: application/pdf, and its header names nobody', async () => {
    const answer = await post({ study: uid(), publish: false, language: 'de' }, 'application/pdf').expect(
      200,
    );
    assert.equal(startOf(bytesOf(answer), 5), begins.pdf);
    assert.equal(answer.headers['content-type'], 'application/pdf');
    assert.equal(answer.headers['content-language'], 'de');
    assert.equal(answer.headers['content-disposition'], 'inline; filename="report.pdf"');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(Number(answer.headers['content-length']), bytesOf(answer).length);
    assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    assert.doesNotMatch(JSON.stringify(answer.headers), /PHANTOM|TEST|2\.25\./);
  });

  it('is HTML that runs nothing, or a PNG', async () => {
    const html = await post({ study: uid(), publish: false }, 'text/html').expect(200);
    assert.match(bytesOf(html).toString(), /^<!doctype html/i);
    assert.equal(html.headers['content-type'], 'text/html; charset=utf-8');
    assert.match(html.headers['content-security-policy'] ?? '', /^default-src 'none';.* sandbox$/);
    const png = await post({ study: uid(), publish: false }, 'image/png').expect(200);
    assert.equal(startOf(bytesOf(png), 4), begins.png);
    assert.equal(png.headers['content-type'], 'image/png');
    assert.equal(png.headers['content-language'], undefined);
  });

  it('is published all the same, where that is asked for', async () => {
    await post({ study: uid() }, 'application/pdf').expect(200);
    assert.equal((await resourcesOf(test.ehrUrl, 'DiagnosticReport', uid())).length, 1);
  });

  it('has in its JSON those that were asked for, in base64', async () => {
    const answer = await post({ study: uid(), publish: false, documents: ['png', 'pdf'], language: 'it' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    const { outcome, documents = [] } = jsonOf<Analysis>(answer);
    assert.equal(outcome, 'analysed');
    assert.deepEqual(
      documents.map(({ kind, language }) => [kind, language]),
      [
        ['pdf', 'it'],
        ['png', undefined],
      ],
    );
    for (const { kind, data, size } of documents) {
      const bytes = Buffer.from(data, 'base64');
      assert.equal(bytes.length, size);
      const start = begins[kind as keyof typeof begins];
      assert.equal(startOf(bytes, start.length), start);
    }
  });

  it('has them in its stream before the Analysis', async () => {
    const answer = await post({ study: uid(), publish: false, documents: ['pdf'] }, 'text/event-stream');
    const events: ServerEvent[] = [];
    for await (const event of readEvents(
      (async function* () {
        yield bytesOf(answer);
      })(),
    ))
      events.push(event);
    const analysis = events.at(-1);
    assert.equal(analysis?.event, 'analysis');
    assert.equal('documents' in JSON.parse(analysis?.data ?? ''), false);
    const parts = events
      .filter(({ event }) => event === 'document')
      .map(({ data }) => JSON.parse(data) as { data: string; title: string; size: number });
    assert.deepEqual(
      events.slice(-1 - parts.length, -1).map(({ event }) => event),
      parts.map(() => 'document'),
    );
    const bytes = Buffer.concat(parts.map(({ data }) => Buffer.from(data, 'base64')));
    for (const [index, { data: _, title, ...said }] of parts.entries()) {
      assert.notEqual(title, '');
      assert.deepEqual(said, {
        kind: 'pdf',
        name: 'report.pdf',
        contentType: 'application/pdf',
        size: bytes.length,
        language: 'en',
        part: index + 1,
        parts: parts.length,
      });
    }
    assert.match(bytes.subarray(0, 5).toString(), /%PDF-/);
    const stages = events
      .filter(({ event }) => event === 'progress')
      .map(({ data }) => JSON.parse(data).stage);
    assert.ok(stages.includes('report'));
  });

  it('of an upload has them by its query', async () => {
    const boundary = 'documents';
    const parts = await Promise.all(
      test.study.files.map(async (file) => [
        Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
        await readFile(file),
        Buffer.from('\r\n'),
      ]),
    );
    const upload = (query: string) =>
      fetch(`${test.service.url}/v1/analyses?publish=false&${query}`, {
        method: 'POST',
        headers: { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` },
        body: Buffer.concat([...parts.flat(), Buffer.from(`--${boundary}--\r\n`)]),
      });
    const { documents = [] } = (await (await upload('documents=pdf,html&language=nl')).json()) as Analysis;
    assert.deepEqual(
      documents.map(({ kind, language }) => `${kind} ${language}`),
      ['pdf nl', 'html nl'],
    );
    for (const query of [
      'documents=pdf,pdf',
      'documents=',
      'documents=pdf;png',
      'documents=doc',
      'language=pt',
    ]) {
      assert.equal((await upload(query)).status, 400, query);
    }
  });

  it('of an ineligible study is 422 not-eligible with the reasons, but a finished answer in JSON', async () => {
    const study = test.studies[0]?.study.studyInstanceUid;
    const refused = await post({ study, publish: false }, 'application/pdf').expect(422);
    assert.equal(refused.headers['content-type'], 'application/problem+json; charset=utf-8');
    const { code, detail, details } = jsonOf<{ code: string; detail: string; details: { reasons: string } }>(
      refused,
    );
    assert.equal(code, 'not-eligible');
    assert.match(details.reasons, /mm/);
    assert.doesNotMatch(detail, /mm/);
    const json = await post({ study, publish: false, documents: ['pdf'] }).expect(200);
    const analysis = jsonOf<Analysis>(json);
    assert.equal(analysis.outcome, 'ineligible');
    assert.equal(analysis.documents, undefined);
  });

  it('is refused where the answer has no room for them', async () => {
    const ask = { study: uid(), publish: false, documents: ['pdf'] };
    for (const answer of [
      post(ask).set('prefer', 'respond-async'),
      post(ask, 'application/fhir+json'),
      post(ask, 'image/png'),
      post({ ...ask, documents: ['pdf', 'pdf'] }),
      post({ ...ask, documents: ['docx'] }),
      post({ ...ask, language: 'xx' }),
    ]) {
      assert.match(bytesOf(await answer.expect(400)).toString(), /request-invalid/);
    }
  });

  it('does not go into the queue for a document alone: who wants that waits', async () => {
    const answer = await post({ study: uid(), publish: false }, 'application/pdf').set(
      'prefer',
      'respond-async',
    );
    assert.equal(answer.status, 200);
  });

  it('tells its errors as it always does', async () => {
    const missing = await post({ study: '1.2.3' }, 'application/pdf').expect(404);
    assert.equal(missing.headers['content-type'], 'application/problem+json; charset=utf-8');
    const mixed = await post({ study: '1.2.3' }, 'application/pdf, application/fhir+json;q=0.5').expect(404);
    assert.match(mixed.headers['content-type'] ?? '', /^application\/fhir\+json/);
  });
});
