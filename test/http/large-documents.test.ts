import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import accepts from '@fastify/accepts';
import fastify from 'fastify';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import type { AnalyzeResult } from '../../src/analysis/analyze.ts';
import type { ReportDocument } from '../../src/analysis/reporting/report-document.ts';
import { readEvents } from '../../src/client/read-events.ts';
import { checkConfig } from '../../src/config.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../../src/dicomweb/multipart-related.ts';
import { sendAnalysis } from '../../src/http/documents/send-analysis.ts';
import { sendDocument } from '../../src/http/documents/send-document.ts';
import { sendEvents } from '../../src/http/event-stream.ts';
import { problems } from '../../src/http/plugins/problems.ts';
import { until } from '../support/until.ts';

const analysis = analysisExample as object as Analysis;
/** Lengths around the pieces of 384 KiB, an odd one, one that is many, and none. */
const documents: readonly ReportDocument[] = [393_215, 393_216, 393_217, 9_000_001, 0].map(
  (length, index) => ({
    kind: 'dicom',
    name: `object-${index}.dcm`,
    title: 'A "title"\nof two lines',
    contentType: 'application/dicom',
    bytes: randomBytes(length),
  }),
);
interface Part {
  readonly name: string;
  readonly part: number;
  readonly parts: number;
  readonly size: number;
  readonly data: string;
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sent = documents.map(({ bytes }) => sha256(bytes));
const result: AnalyzeResult = { analysis, documents };

async function serving(t: TestContext, stallSeconds = 30) {
  const app = fastify();
  await app.register(accepts);
  await app.register(problems);
  app.get('/json', (_request, reply) => sendAnalysis(reply, result));
  app.get('/dicom', (_request, reply) =>
    sendDocument(reply, result, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1'),
  );
  app.get('/none', (_request, reply) => sendDocument(reply, { analysis, documents: [] }, 'text/html'));
  app.get('/events', (request, reply) => sendEvents(request, reply, async () => result, stallSeconds));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => app.close());
  return { url, app };
}

describe('Large documents', () => {
  it('are JSON that any parser reads', async (t) => {
    const { url } = await serving(t);
    const answer = (await (await fetch(`${url}/json`)).json()) as Analysis;
    const { documents: found = [], ...rest } = answer;
    assert.deepEqual(rest, analysisExample);
    assert.deepEqual(
      found.map(({ data }) => sha256(Buffer.from(data, 'base64'))),
      sent,
    );
    assert.deepEqual(
      found.map(({ name, title, size }) => [name, title, size]),
      documents.map(({ name, title, bytes }) => [name, title, bytes.length]),
    );
  });

  it('are the parts of one multipart answer (RFC 2387), as long as it says', async (t) => {
    const { url } = await serving(t);
    const answer = await fetch(`${url}/dicom`);
    const type = answer.headers.get('content-type') ?? '';
    assert.match(type, /^multipart\/related; type="application\/dicom"; boundary=/);
    const body = await answer.bytes();
    assert.equal(Number(answer.headers.get('content-length')), body.length);
    const { limits } = checkConfig({});
    const chunks = (async function* () {
      yield body;
    })();
    const found: string[] = [];
    for await (const part of parseMultipartRelated(chunks, boundaryOf(type) ?? '', limits, uploadLimits)) {
      found.push(sha256(part.body));
    }
    assert.deepEqual(found, sent);
  });

  it('that were not made are report-failed', async (t) => {
    const { app } = await serving(t);
    assert.equal((await (await app.inject('/none')).json()).code, 'report-failed');
  });

  it('are events of 384 KiB at most, each base64 by itself, in order and before the Analysis', async (t) => {
    const { url } = await serving(t);
    const { body } = await fetch(`${url}/events`);
    const pieces = new Map<string, Buffer[]>();
    let last = '';
    for await (const { event, data } of readEvents(body ?? assert.fail())) {
      last = event;
      if (event !== 'document') continue;
      const { name, part, parts, size, data: text } = JSON.parse(data) as Part;
      const bytes = Buffer.from(text, 'base64');
      assert.ok(bytes.length <= 384 * 1024);
      const before = pieces.get(name) ?? [];
      pieces.set(name, [...before, bytes]);
      assert.equal(part, before.length + 1);
      assert.equal(parts, Math.max(1, Math.ceil(size / 393_216)));
    }
    assert.equal(last, 'analysis');
    assert.deepEqual(
      documents.map(({ name }) => sha256(Buffer.concat(pieces.get(name) ?? []))),
      sent,
    );
  });

  it('are not made faster than a slow client takes them, and a client that takes nothing is left', async (t) => {
    const { url, app } = await serving(t, 1);
    let buffered = 0;
    app.server.on('connection', (socket) => {
      socket.on('close', () => clearInterval(watch));
      const watch = setInterval(() => {
        buffered = Math.max(buffered, socket.writableLength);
      }, 5);
    });
    const { hostname, port } = new URL(url);
    const client = connect(Number(port), hostname).pause();
    client.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n');
    client.on('error', () => {});
    await until(() => buffered > 0, 5);
    await sleep(200);
    // Of 14 MB of events no more than two wait to be written; the kernel holds a few.
    assert.ok(buffered < 2 * 2 ** 20, `${buffered} bytes`);
    const connections = () =>
      new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)));
    assert.equal(await connections(), 1);
    await until(async () => (await connections()) === 0, 10);
    client.resume();
    await Promise.race([once(client, 'close'), sleep(2000)]);
  });
});
