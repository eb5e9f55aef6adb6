import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import accepts from '@fastify/accepts';
import fastify, { type FastifyReply } from 'fastify';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import type { AnalyzeResult } from '../../src/analysis/analyze.ts';
import { MemoryBudget } from '../../src/analysis/memory-budget.ts';
import type { ReportDocument } from '../../src/analysis/reporting/report-document.ts';
import { readEvents } from '../../src/client/read-events.ts';
import { checkConfig } from '../../src/config.ts';
import { boundaryOf, parseMultipartRelated, uploadLimits } from '../../src/dicomweb/multipart-related.ts';
import { type AnswerBounds, boundAnswer } from '../../src/http/documents/bound-answer.ts';
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
const whole: AnalyzeResult = { analysis, documents };

/** More than what the kernel holds for a client. */
const many: readonly ReportDocument[] = Array<Uint8Array>(10)
  .fill(new Uint8Array(8_000_000))
  .map((bytes) => ({ ...(documents[0] ?? assert.fail()), bytes }));
const allBytes = documents.reduce((sum, { bytes }) => sum + bytes.length, 0);
/** In base64. */
const encodedBytes = (allBytes * 4) / 3;

async function serving(
  t: TestContext,
  { result = whole, ...how }: { readonly result?: AnalyzeResult } & Partial<AnswerBounds> = {},
) {
  const app = fastify();
  const refused = () => new Error('no room');
  const memory = new MemoryBudget(2 ** 30, { tooLarge: refused, stuck: refused });
  const bounds = { memory, idleSeconds: 30, ...how };
  const bounded = (reply: FastifyReply) => boundAnswer(reply, result.documents ?? [], bounds);
  await app.register(accepts);
  await app.register(problems);
  app.get('/json', (_request, reply) => {
    bounded(reply);
    return sendAnalysis(reply, result);
  });
  app.get('/dicom', (_request, reply) => {
    bounded(reply);
    return sendDocument(reply, result, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1');
  });
  app.get('/none', (_request, reply) => sendDocument(reply, { analysis, documents: [] }, 'text/html'));
  app.get('/events', (request, reply) => sendEvents(request, reply, async () => result, bounds));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(() => app.close());
  const connections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)));
  return { url, app, memory, connections };
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

  it('are made no more once the client has hung up', async (t) => {
    let made = 0;
    const counted = many.map((document) => ({
      ...document,
      // Each part says it.
      get kind() {
        made += 1;
        return 'dicom' as const;
      },
    }));
    const { url, connections } = await serving(t, { result: { analysis, documents: counted } });
    const leaving = new AbortController();
    const { body } = await fetch(`${url}/events`, { signal: leaving.signal });
    for await (const _ of body ?? assert.fail()) break;
    leaving.abort();
    await until(async () => (await connections()) === 0);
    const all = 10 * Math.ceil(8_000_000 / 393_216);
    // As many turns of the event loop as there are parts: each makes one at least, if any does.
    for (let turn = 0; turn < all; turn += 1) await setImmediate();
    assert.ok(made < all, `${made} of ${all}`);
  });

  it('are not made faster than a slow client takes them, and a client that takes nothing is left', async (t) => {
    const { url, app, connections } = await serving(t, { idleSeconds: 1 });
    let buffered = 0;
    app.server.on('connection', (socket) => {
      socket.on('close', () => clearInterval(watch));
      const watch = setInterval(() => {
        buffered = Math.max(buffered, socket.writableLength);
      }, 5);
    });
    const client = asking(url, '/events').pause();
    await until(() => buffered > 0, 5);
    await until(async () => (await connections()) === 0);
    // Of 14 MB of events no more than two wait to be written; the kernel holds a few.
    assert.ok(buffered < 2 * 2 ** 20, `${buffered} bytes`);
    assert.ok((await taken(client)) < encodedBytes);
  });

  for (const path of ['/events', '/json', '/dicom']) {
    it(`count as memory until they are taken, which a little now and then does not do: ${path}`, async (t) => {
      const result = { analysis, documents: many };
      const { url, memory } = await serving(t, { result, idleSeconds: 2, bytesPerSecond: 40_000_000 });
      const client = asking(url, path);
      await until(() => memory.reserved > 0, 1);
      assert.equal(memory.reserved, 80_000_000);
      assert.ok((await taken(client, () => memory.reserved > 0)) < 80_000_000);
      await (await fetch(`${url}${path}`)).bytes();
      await until(() => memory.reserved === 0);
    });
  }
});

function asking(url: string, path: string): Socket {
  const { hostname, port } = new URL(url);
  const client = connect(Number(port), hostname);
  // That it is hung up on is no failure of the test.
  client.on('error', () => {});
  client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return client;
}

/** How many bytes a client gets until the connection ends, which takes a little now and then while it is slow. */
async function taken(client: Socket, isSlow = () => false): Promise<number> {
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  let bytes = 0;
  client.on('data', (chunk) => {
    bytes += chunk.length;
    if (!isSlow()) return;
    client.pause();
    setTimeout(() => client.resume(), 25);
  });
  client.resume();
  await closed;
  return bytes;
}
