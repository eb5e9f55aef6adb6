import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { type LogLine, logLines } from '../support/log-lines.ts';
import { type OtlpSink, openOtlpSink, type SunkSpan } from '../support/otlp-sink.ts';
import { serveLobar } from '../support/serve-lobar.ts';
import {
  type Answer,
  openRecordedEndpoints,
  postAnalysis,
  type RecordedEndpoints,
  tracingCaller,
} from './support/recorded-endpoints.ts';

/** SpanKind and Status of opentelemetry-proto, trace/v1/trace.proto. */
const kinds = { internal: 1, server: 2, client: 3 } as const;
const statusError = 2;
/** The clocks of both threads are read to the millisecond. */
const clockMs = 1.5;

describe('Traces of a service between PACS and EHR', { timeout: 600_000 }, () => {
  let endpoints: RecordedEndpoints;
  let sink: OtlpSink;
  let lines: readonly LogLine[] = [];
  const answers = new Map<string, Answer>();
  const [whole, unsampled, unknown, upload, hungUp] = [
    tracingCaller(1),
    tracingCaller(2, '00'),
    tracingCaller(3),
    tracingCaller(4),
    tracingCaller(5),
  ];
  type Caller = typeof whole;

  before(async () => {
    endpoints = await openRecordedEndpoints();
    sink = await openOtlpSink();
    // With a slash at its end, as some write it.
    const tracing = { endpoint: `${sink.endpoint}/`, headers: { 'x-tenant': 'radiology' } };
    const served = await serveLobar(join(endpoints.folder, 'traced.json'), {
      ...endpoints.settings,
      tracing,
    });
    await using _ = served;
    const log = logLines(served.child);
    lines = log.all;

    const { study, files } = endpoints.study;
    const ask = async ({ traceId, headers }: Caller, body: object, more: Record<string, string> = {}) =>
      answers.set(traceId, await postAnalysis(served.url, body, { ...headers, ...more }));
    const wish = { study: study.studyInstanceUid };
    await ask(whole, wish, { baggage: `patient=${study.patient.id}`, tracestate: 'vendor=opaque' });
    await ask(unsampled, { ...wish, publish: false });
    await ask(unknown, { study: '1.2.3.4' });
    answers.set(upload.traceId, await uploadTo(served.url, files, upload.headers));
    await hangUp(served.url, wish, hungUp.headers);
    await log.find({ traceId: hungUp.traceId, outcome: 'cancelled' });
    await fetch(`${served.url}/health/live`).then((answer) => answer.text());
    assert.equal(await served.stop(), 0);
  });
  after(async () => {
    await sink[Symbol.asyncDispose]();
    await endpoints[Symbol.asyncDispose]();
  });

  const spansOf = (one: Caller) => sink.spans.filter(({ traceId }) => traceId === one.traceId);
  const answerOf = (one: Caller) => answers.get(one.traceId);
  const analysisOf = (one: Caller) => JSON.parse(answerOf(one)?.text ?? '') as Analysis;
  /** What PACS and EHR were sent for it. */
  const headersOf = (one: Caller) =>
    endpoints.headers().filter(({ traceparent }) => String(traceparent).includes(one.traceId));

  it('continue that of the caller: every span hangs on another of it, or on the caller', () => {
    assert.equal(answerOf(whole)?.status, 200, answerOf(whole)?.text);
    const spans = spansOf(whole);
    const ids = new Set([whole.spanId, ...spans.map(({ spanId }) => spanId)]);
    for (const { name, parentId } of spans) assert.ok(ids.has(parentId), `${name} hangs on nothing`);
    const ofCaller = spans.filter(({ parentId }) => parentId === whole.spanId);
    assert.deepEqual(
      ofCaller.map(({ name, kind, status }) => ({ name, kind, status })),
      [{ name: 'POST /v1/analyses', kind: kinds.server, status: 0 }],
    );
    const server = only(spans, 'POST /v1/analyses');
    assert.equal(server.attributes['http.request.method'], 'POST');
    assert.equal(server.attributes['http.route'], '/v1/analyses');
    assert.equal(server.attributes['http.response.status_code'], 200);
    assert.equal(server.attributes['lobar.outcome'], 'published');
    assert.equal(server.attributes['lobar.request_id'], answerOf(whole)?.id);
    assert.equal(server.resource['service.name'], 'lobar');
    assert.match(String(server.resource['service.version']), /^\d+\.\d+\.\d+/);
  });

  it('have a span for each stage, the ones of the inference worker inside its own', () => {
    const spans = spansOf(whole);
    const server = only(spans, 'POST /v1/analyses');
    const inference = only(spans, 'inference');
    for (const stage of ['find', 'retrieve', 'inference', 'publish']) {
      assert.equal(only(spans, stage).parentId, server.spanId, stage);
    }
    let before = inference.start;
    for (const stage of ['lungs', 'classify', 'opacities', 'quantify']) {
      const span = only(spans, stage);
      assert.equal(span.parentId, inference.spanId, stage);
      assert.equal(span.attributes['thread.name'], 'inference');
      assert.equal(span.attributes['lobar.provider'], 'cpu');
      assert.equal(span.attributes['lobar.slices'], 52);
      assert.ok(span.start >= before - clockMs, `${stage} begins after what comes before it`);
      assert.ok(span.end <= inference.end + clockMs, `${stage} ends within the inference`);
      before = span.end;
    }
    assert.ok(inference.start >= server.start - clockMs && inference.end <= server.end + clockMs);
    const { timingsMs } = analysisOf(whole);
    const lungs = only(spans, 'lungs');
    // A thread may be left waiting between two lines of its code.
    assert.ok(Math.abs(lungs.end - lungs.start - (timingsMs['lungs'] ?? 0)) < 1000);
    assert.equal(only(spans, 'classify').attributes['lobar.batches'], 1);
    assert.ok(Number(inference.attributes['lobar.queue.seconds']) < 10);
  });

  it('have the report within the publishing, drawn and composed', () => {
    const spans = spansOf(whole);
    const report = only(spans, 'report');
    assert.equal(report.parentId, only(spans, 'publish').spanId);
    assert.equal(only(spans, 'begin').parentId, only(spans, 'POST /v1/analyses').spanId);
    for (const step of ['draw', 'compose']) {
      const { parentId, attributes } = only(spans, step);
      assert.equal(parentId, report.spanId);
      assert.equal(attributes['thread.name'], 'reporter');
      assert.ok(Number(attributes['lobar.queue.seconds']) < 10);
    }
    assert.ok((analysisOf(whole).timingsMs['report'] ?? 0) > 0);
    assert.deepEqual(
      spansOf(upload).filter(({ name }) => name === 'report'),
      [],
      'nobody wants one',
    );
  });

  it('say what was received and decoded, and how it was written', async () => {
    const { attributes } = only(spansOf(whole), 'retrieve');
    const files = await Promise.all(endpoints.study.files.map((file) => readFile(file)));
    assert.equal(attributes['lobar.slices'], 52);
    assert.equal(attributes['lobar.instances'], 52);
    assert.equal(
      attributes['lobar.bytes'],
      files.reduce((sum, { length }) => sum + length, 0),
    );
    assert.equal(attributes['lobar.transfer_syntax'], 'Explicit VR Little Endian');
    assert.ok(Number(attributes['lobar.decode.seconds']) > 0);
    assert.equal(only(spansOf(whole), 'publish').attributes['lobar.write_mode'], 'put-id');
  });

  it('go on in PACS and EHR: what they are sent names a client span of ours, and no baggage', () => {
    const clients = spansOf(whole).filter(({ kind }) => kind === kinds.client);
    const named = headersOf(whole).map(({ traceparent, tracestate, baggage }) => {
      assert.equal(baggage, undefined);
      assert.equal(tracestate, 'vendor=opaque');
      const [version, traceId, parent, flags] = String(traceparent).split('-');
      assert.deepEqual([version, traceId, flags], ['00', whole.traceId, '01']);
      return parent;
    });
    assert.ok(named.length > 5);
    assert.deepEqual(named.toSorted(), clients.map(({ spanId }) => spanId).toSorted());
    const endpoints = new Set(clients.map(({ attributes }) => attributes['lobar.endpoint']));
    assert.deepEqual([...endpoints].toSorted(), ['audit.fhir', 'ehr.main', 'pacs.main']);
    for (const { name, attributes } of clients) {
      assert.ok(Number(attributes['http.response.status_code']) >= 200, name);
    }
  });

  it('follow a body that arrives in pieces, and every line of the log names them', () => {
    assert.equal(answerOf(upload)?.status, 200, answerOf(upload)?.text);
    const spans = spansOf(upload);
    const server = only(spans, 'POST /v1/analyses');
    for (const stage of ['find', 'retrieve', 'inference']) {
      assert.equal(only(spans, stage).parentId, server.spanId, stage);
    }
    const of = (name: string) => lines.find(({ msg, traceId }) => msg === 'answered' && traceId === name);
    const line = of(whole.traceId);
    assert.equal(line?.['requestId'], answerOf(whole)?.id);
    assert.equal(line?.['spanId'], only(spansOf(whole), 'POST /v1/analyses').spanId);
    assert.equal(line?.['route'], '/v1/analyses');
    assert.equal(line?.['outcome'], 'published');
    assert.equal(line?.['writeMode'], 'put-id');
    assert.deepEqual(line?.['timingsMs'], analysisOf(whole).timingsMs);
    assert.equal(of(upload.traceId)?.['outcome'], 'analysed');
    assert.equal(of(unknown.traceId)?.['code'], 'study-not-found');
    assert.equal(of(unknown.traceId)?.['outcome'], 'failed');
  });

  it('say of a failure its code alone', () => {
    assert.equal(answerOf(unknown)?.status, 404);
    const find = only(spansOf(unknown), 'find');
    assert.deepEqual([find.status, find.statusMessage], [statusError, 'study-not-found']);
    const server = only(spansOf(unknown), 'POST /v1/analyses');
    // HTTP semantic conventions: of a server, 4xx is no error.
    assert.deepEqual([server.status, server.attributes['error.type']], [0, 'study-not-found']);
  });

  it('tell that a client hung up, once what was done for it has ended', () => {
    const spans = spansOf(hungUp);
    const server = only(spans, 'POST /v1/analyses');
    assert.equal(server.attributes['lobar.outcome'], 'cancelled');
    const inference = only(spans, 'inference');
    assert.deepEqual([inference.status, inference.statusMessage], [statusError, 'cancelled']);
    assert.ok(inference.end <= server.end + clockMs);
    assert.equal(lines.filter(({ traceId, ms }) => traceId === hungUp.traceId && ms !== undefined).length, 1);
  });

  it('leave out what the caller does not trace, and say so to PACS and EHR', () => {
    assert.equal(answerOf(unsampled)?.status, 200, answerOf(unsampled)?.text);
    assert.deepEqual(spansOf(unsampled), []);
    assert.ok(headersOf(unsampled).length > 2);
    for (const { traceparent } of headersOf(unsampled)) {
      assert.match(String(traceparent), new RegExp(`^00-${unsampled.traceId}-[0-9a-f]{16}-00$`));
    }
  });

  it('hold no identifier of patient, study or instance, and no event, which could quote an error', () => {
    const text = JSON.stringify([sink.spans, lines]);
    const { patient: person, accessionNumber } = endpoints.study.study;
    for (const secret of [person.id, person.name, person.birthDate, accessionNumber]) {
      assert.ok(!text.includes(secret), secret);
    }
    // Of DICOM (PS3.5 9): those of phantoms are derived from a UUID, those of the standard begin with the other.
    assert.doesNotMatch(text, /2\.25\.\d|1\.2\.840|1\.2\.3\.4/);
    assert.doesNotMatch(text, /PHANTOM/);
    assert.deepEqual(
      sink.spans.filter(({ events }) => events > 0),
      [],
    );
  });

  it('are sent to /v1/traces with the configured headers, and health checks are no part of them', () => {
    assert.ok(sink.requests.length >= 1);
    for (const { path, headers } of sink.requests) {
      assert.equal(path, '/v1/traces');
      assert.equal(headers['x-tenant'], 'radiology');
    }
    assert.deepEqual(
      sink.spans.filter(({ name }) => name.includes('health')),
      [],
    );
  });
});

async function uploadTo(
  url: string,
  files: readonly string[],
  headers: Record<string, string>,
): Promise<Answer> {
  const parts = await Promise.all(
    files.map(async (file) => [
      Buffer.from('--b\r\ncontent-type: application/dicom\r\n\r\n'),
      await readFile(file),
      Buffer.from('\r\n'),
    ]),
  );
  const answer = await fetch(`${url}/v1/analyses?publish=false`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
    body: Buffer.concat([...parts.flat(), Buffer.from('--b--\r\n')]),
  });
  return { status: answer.status, id: '', text: await answer.text() };
}

/** When it has heard that the lungs are looked for. */
async function hangUp(url: string, wish: object, headers: Record<string, string>): Promise<void> {
  const abort = new AbortController();
  const answer = await request(`${url}/v1/analyses`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ ...wish, publish: false }),
    signal: abort.signal,
  });
  await assert.rejects(async () => {
    for await (const chunk of answer.body) if (String(chunk).includes('"lungs"')) abort.abort();
  });
}

function only(spans: readonly SunkSpan[], name: string): SunkSpan {
  const [found, ...others] = spans.filter((span) => span.name === name);
  assert.ok(found !== undefined && others.length === 0, `${others.length + (found ? 1 : 0)} of ${name}`);
  return found;
}
