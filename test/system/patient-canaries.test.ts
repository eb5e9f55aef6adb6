import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { request } from 'undici';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { emptyFolder } from '../inference/support/make-package.ts';
import { accessionNumber, canariesIn, sharedNumber, somebody } from '../support/canary-patient.ts';
import { openCuttingProxy } from '../support/cutting-proxy.ts';
import { openOtlpSink } from '../support/otlp-sink.ts';
import { type PhantomStudyOptions, writePhantomStudy } from '../support/phantom-study.ts';
import { putResource } from '../support/put-resource.ts';
import { openRawServer } from '../support/raw-server.ts';
import { serveLobar } from '../support/serve-lobar.ts';
import { saidBy } from '../support/served-log.ts';
import { patientSystem, resourcesOf } from '../support/test-service.ts';
import { until } from '../support/until.ts';

/** What a problem or an OperationOutcome of ours is about, or the type of another resource. */
function saidCode(text: string): string | undefined {
  const { code, resourceType, issue } = JSON.parse(text) as Partial<
    fhir4.OperationOutcome & { code: string }
  >;
  return code ?? issue?.[0]?.details?.text ?? resourceType;
}

const outcome = (diagnostics: string) =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'invalid', diagnostics }],
  });

describe('a service through which a patient goes', { timeout: 600_000 }, () => {
  it('names him or her in no log, trace, metric, header or environment, whatever fails', async (t) => {
    const folder = await emptyFolder(t);
    const write = (name: string, seed: number, options: PhantomStudyOptions = {}) =>
      writePhantomStudy(join(folder, 'pacs', name), {
        ...options,
        seed,
        patient: { ...somebody, ...options.patient },
        study: { accessionNumber: sharedNumber, description: 'CANARYSTUDY', ...options.study },
        series: { description: 'CANARYSERIES chest' },
      });
    const good = await write('good', 1, { study: { accessionNumber } });
    const short = await write('short', 2, { slices: 8 });
    const nameless = await write('nameless', 3, { omit: ['00100020'] });
    const broken = await write('broken', 4);
    const unknown = await write('unknown', 5, { patient: { id: 'CANARYPID88' } });

    const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
    // Listed as whole, sent as it is by then.
    await truncate(broken.files[7] ?? '', 1500);
    const record = { identifier: [{ system: patientSystem, value: somebody.id }], birthDate: '1941-02-13' };
    const ehr = await openSandboxEhr({ patients: [{ resourceType: 'Patient', ...record }] });
    const other = await openSandboxEhr({
      patients: [{ resourceType: 'Patient', ...record, birthDate: '1950-01-01' }],
    });
    const gossip = `${somebody.name} ${somebody.id} born 1941-02-13 ${good.study.studyInstanceUid}`;
    const rejecting = await openRawServer((incoming, response) => {
      incoming.resume();
      const type = { 'content-type': 'application/fhir+json' };
      response.writeHead(422, { ...type, 'x-gossip': somebody.id }).end(outcome(gossip));
    });
    const failing = await openRawServer((incoming, response) => {
      incoming.resume();
      response.writeHead(500, { 'content-type': 'text/html', server: somebody.id }).end(gossip);
    });
    const babbling = await openRawServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(`[{"${gossip}":`);
    });
    const cutting = await openCuttingProxy(Number(new URL(pacs.url).port), (line) =>
      / \/dicom-web\/studies\/[\d.]+\/series\/[\d.]+(\/instances\/[\d.]+)? /.test(line)
        ? { afterBytes: 2000, how: 'RST' }
        : undefined,
    );
    for (const one of [pacs, ehr, other, rejecting, failing, babbling, cutting]) t.after(() => one.close());
    await using sink = await openOtlpSink();

    const withSystem = { patientIdentifierSystem: patientSystem };
    await using lobar = await serveLobar(join(folder, 'lobar.json'), {
      log: { level: 'trace' },
      metrics: { port: 0 },
      tracing: { endpoint: sink.endpoint },
      limits: { inFlight: 1, waiting: 1, drainSeconds: 5 },
      pacs: {
        main: { url: pacs.url },
        cut: { url: `http://127.0.0.1:${cutting.port}/dicom-web`, retries: 0 },
        failing: { url: failing.url, retries: 0 },
        babbling: { url: babbling.url, retries: 0 },
        gone: { url: 'http://127.0.0.1:9/dicom-web', retries: 0 },
      },
      ehr: {
        main: { url: ehr.url, ...withSystem },
        other: { url: other.url, ...withSystem },
        rejecting: { url: rejecting.url, ...withSystem },
        failing: { url: failing.url, ...withSystem },
        gone: { url: 'http://127.0.0.1:9/fhir', ...withSystem },
      },
    });
    const said = saidBy(lobar.child);
    const kept: string[] = [];
    const bodies: string[] = [];

    /** Sends it, keeps what anybody on the way may log of the answer, and gives status and code. */
    const send = async (
      path: string,
      body: string | Buffer | undefined,
      headers: Record<string, string> = {},
    ) => {
      const answer = await request(`${lobar.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: body ?? null,
        headersTimeout: 0,
      });
      const text = await answer.body.text();
      kept.push(JSON.stringify(answer.headers));
      bodies.push(text);
      const isJson = /json/.test(String(answer.headers['content-type']));
      return `${answer.statusCode} ${isJson ? (saidCode(text) ?? '') : ''}`.trim();
    };
    const analyse = (study: { readonly studyInstanceUid: string }, more: object = {}, headers = {}) =>
      send('/v1/analyses', JSON.stringify({ study: study.studyInstanceUid, ...more }), headers);
    const inFlight = async () => {
      const { body } = await request(`${lobar.url}/health/ready`);
      return ((await body.json()) as { inFlight: number }).inFlight;
    };

    // What works.
    assert.match(await analyse(good.study), /^200/);
    assert.match(await analyse(good.study, { accession: accessionNumber, publish: 'dry-run' }), /^200/);
    assert.match(await analyse(short.study), /^200/);

    // As a reader asks: by the worklist, for documents.
    const studies = (wanted: object) => send('/v1/studies/search', JSON.stringify(wanted));
    const patientId = somebody.id;
    assert.equal(await studies({ patientId, accession: accessionNumber }), '200');
    assert.match(bodies.at(-1) ?? '', new RegExp(somebody.name.replace('^', '\\^')));
    for (const [pacs, refusal] of [
      ['gone', '502 pacs-unreachable'],
      ['failing', '502 pacs-error'],
      ['babbling', '502 pacs-response-invalid'],
      [somebody.id, '400 request-invalid'],
    ]) {
      assert.equal(await studies({ patientId, pacs }), refusal);
      assert.equal(await send(`/v1/studies/${good.study.studyInstanceUid}?pacs=${pacs}`, undefined), refusal);
    }
    assert.equal(await studies({ patientId: `${patientId}*` }), '400 request-invalid');
    assert.equal(await studies({ patientId, [somebody.name]: somebody.id }), '400 request-invalid');
    // As it was asked for once, and may be again by who does not know better.
    const pid = `patientId=${patientId}`;
    assert.equal(await send(`/v1/studies?${pid}`, undefined), '404 route-not-found');
    assert.equal(await send(`/v1/studies/search?${pid}`, undefined), '405 method-not-allowed');
    assert.equal(await send(`/v1/studies/${good.study.studyInstanceUid}`, undefined), '200');
    assert.equal(await send(`/v1/studies/${somebody.id}`, undefined), '400 request-invalid');
    assert.match(await send(`/assets/${somebody.id}?${pid}`, undefined), /^404/);
    for (const accept of ['application/pdf', 'text/html', 'image/png']) {
      assert.equal(await analyse(good.study, { publish: false }, { accept }), '200', accept);
    }
    const documents = { publish: false, documents: ['pdf', 'html', 'png'], language: 'fr' };
    assert.equal(await analyse(good.study, documents), '200');
    assert.equal(await analyse(good.study, documents, { accept: 'text/event-stream' }), '200');
    assert.equal(
      await analyse(short.study, { publish: false }, { accept: 'application/pdf' }),
      '422 not-eligible',
    );

    // As an EHR asks: by order or accession number, for a patient, with a Task to follow.
    const [known] = await resourcesOf<fhir4.Patient>(ehr.url, 'Patient');
    const subject = { reference: `Patient/${known?.id}`, display: somebody.name };
    const openTask = (id: string, status: fhir4.Task['status'] = 'requested') =>
      putResource(ehr.url, {
        resourceType: 'Task',
        id,
        status,
        intent: 'order',
        for: subject,
        description: gossip,
      });
    const acsn = { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' };
    const order = await putResource(ehr.url, {
      resourceType: 'ServiceRequest',
      id: 'CANARYORDER1',
      status: 'active',
      intent: 'order',
      subject,
      identifier: [{ type: { coding: [acsn] }, value: accessionNumber }],
      note: [{ text: gossip }],
    });
    const asFhir = (...parameter: object[]) =>
      send('/fhir/$analyze-chest-ct', JSON.stringify({ resourceType: 'Parameters', parameter }));
    const identifier = (name: string, value: string, system?: string) =>
      ({ name, valueIdentifier: { value, system } }) as const;
    const reference = (name: string, to: string) => ({ name, valueReference: { reference: to } });
    const statusOf = async (of: string) =>
      ((await (await request(`${ehr.url}/${of}`)).body.json()) as fhir4.Task).status;
    const byAccession = identifier('accession', accessionNumber);
    const shortStudy = identifier('study', `urn:oid:${short.study.studyInstanceUid}`, 'urn:dicom:uid');
    const forPatient = identifier('patient', somebody.id, patientSystem);
    const task = await openTask('CANARYTASK1');
    assert.equal(await asFhir(byAccession, forPatient, reference('task', task)), '200 Bundle');
    assert.equal(await statusOf(task), 'completed');
    assert.equal(await asFhir(reference('serviceRequest', order), forPatient), '200 Bundle');
    assert.equal(await asFhir(shortStudy, forPatient), '200 ineligible');
    const mistaken = await openTask('CANARYTASK2');
    const another = identifier('patient', 'CANARYPID88');
    assert.equal(await asFhir(byAccession, another, reference('task', mistaken)), '422 patient-mismatch');
    assert.equal(await statusOf(mistaken), 'failed');
    const cancelled = await openTask('CANARYTASK3', 'cancelled');
    assert.equal(await asFhir(byAccession, reference('task', cancelled)), '409 task-not-open');
    assert.equal(await asFhir(byAccession, reference('task', 'Task/CANARYTASK4')), '404 task-not-found');
    assert.equal(
      await asFhir(reference('serviceRequest', 'ServiceRequest/CANARYORDER3')),
      '422 order-not-found',
    );
    assert.equal(await asFhir(identifier('accession', sharedNumber), forPatient), '422 study-ambiguous');
    assert.equal(await asFhir(identifier('accession', 'CANARYACC0')), '404 study-not-found');
    // What is no question of this operation.
    const system = `urn:canary:${somebody.id}`;
    assert.equal(
      await asFhir(byAccession, identifier('patient', somebody.id, system)),
      '422 identifier-system-unknown',
    );
    for (const wrong of [
      [{ name: 'accession', valueString: accessionNumber }],
      [byAccession, { name: somebody.name, valueString: gossip }],
      [byAccession, byAccession],
      [reference('task', task)],
      [reference('serviceRequest', `http://${somebody.id}.example.org/ServiceRequest/1`)],
    ]) {
      assert.equal(await asFhir(...wrong), '400 request-invalid', JSON.stringify(wrong));
    }

    // What fails on the way, each in its own manner.
    assert.equal(await analyse({ studyInstanceUid: '2.25.99999999999999' }), '404 study-not-found');
    assert.equal(await analyse(good.study, { series: '2.25.88888888888888' }), '404 series-not-found');
    assert.equal(await analyse(nameless.study), '422 patient-identifier-missing');
    assert.equal(await analyse(unknown.study), '422 patient-not-found');
    assert.match(await analyse(broken.study), /^(422|502) /);
    assert.equal(await analyse(good.study, { ehr: 'other' }), '422 patient-mismatch');
    assert.match(await analyse(good.study, { ehr: 'rejecting' }), /^502/);
    assert.match(await analyse(good.study, { ehr: 'failing' }), /^502/);
    assert.equal(await analyse(good.study, { ehr: 'gone' }), '502 ehr-unreachable');
    assert.equal(await analyse(good.study, { pacs: 'cut' }), '502 pacs-incomplete');
    assert.equal(await analyse(good.study, { pacs: 'failing' }), '502 pacs-error');
    assert.equal(await analyse(good.study, { pacs: 'babbling' }), '502 pacs-response-invalid');
    assert.equal(await analyse(good.study, { pacs: 'gone' }), '502 pacs-unreachable');
    assert.equal(await analyse(good.study, {}, { 'request-timeout': '1' }), '504 deadline-exceeded');

    // What a careless client sends.
    assert.equal(await send(`/v1/${somebody.id}?name=${somebody.name}`, undefined), '404 route-not-found');
    assert.equal(
      await send(`/fhir/Patient/${somebody.id}?name=${somebody.name}`, undefined),
      '404 route-not-found',
    );
    assert.equal(await send(`/v1/analyses/%ZZ${somebody.id}`, undefined), '400 request-invalid');
    assert.equal(await analyse(good.study, { [somebody.name]: gossip }), '400 request-invalid');
    assert.equal(await send('/v1/analyses', `{"study": "${gossip}`), '400 request-invalid');
    assert.equal(
      await send('/v1/analyses', gossip, { 'content-type': 'text/plain' }),
      '415 media-type-unsupported',
    );
    const odd = {
      'x-request-id': somebody.id,
      'user-agent': somebody.name,
      referer: `http://ehr/${somebody.id}`,
      baggage: `patient=${somebody.id}`,
      priority: somebody.id,
      accept: `application/${somebody.id}`,
      traceparent: somebody.id,
    };
    assert.equal(await analyse(good.study, {}, odd), '406 not-acceptable');
    const boundary = 'CANARYBOUNDARY';
    const type = { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` };
    const part = `--${boundary}\r\nContent-Type: application/dicom\r\nContent-Location: ${gossip}\r\n\r\n`;
    const file = await readFile(good.files[0] ?? '');
    for (const bytes of [file.subarray(0, 700), Buffer.from(gossip)]) {
      const upload = Buffer.concat([Buffer.from(part), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
      assert.match(await send('/v1/analyses?publish=false', upload, type), /^4/);
    }
    const raw = connect(Number(new URL(lobar.url).port), '127.0.0.1');
    raw.end(`GET /${somebody.id} HTTP/9.9\r\n${somebody.name}\r\n\r\n`);
    for await (const _ of raw);

    // Hung up in the middle, refused at the door, and given up at the end.
    const hangUp = new AbortController();
    const gone = fetch(`${lobar.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: good.study.studyInstanceUid }),
      signal: hangUp.signal,
    }).catch(() => {});
    await until(async () => (await inFlight()) > 0, 5);
    hangUp.abort();
    await gone;
    await until(async () => (await inFlight()) === 0, 5);
    const crowd = await Promise.all([1, 2, 3].map(() => analyse(good.study, { publish: false })));
    assert.ok(crowd.includes('503 at-capacity'), crowd.join());
    const metrics = await (await request(lobar.metricsUrl ?? '')).body.text();
    const processId = lobar.child.pid ?? 0;
    const surroundings = await Promise.all(
      ['environ', 'cmdline'].map((file) => readFile(`/proc/${processId}/${file}`, 'utf8')),
    );
    const last = analyse(good.study, { publish: false });
    await until(async () => (await inFlight()) > 0, 5);
    const closed = once(lobar.child, 'close');
    lobar.child.kill('SIGTERM');
    assert.match(await last, /^(200|503)/);
    assert.deepEqual(await closed, [0, null]);

    // The search itself finds what is there: the caller may see whom it is about.
    assert.equal(canariesIn(bodies.join('\n')).length >= 2, true);
    assert.ok(sink.spans.length > 100, `${sink.spans.length} spans`);
    assert.match(metrics, /lobar_analyses_total\{outcome="failed"\} \d\d/);
    const lines = said().trim().split('\n');
    assert.ok(lines.length > 60, `${lines.length} lines`);
    const found = {
      log: canariesIn(said()),
      traces: canariesIn(JSON.stringify(sink.spans)),
      metrics: canariesIn(metrics),
      headers: canariesIn(kept.join('\n')),
      process: canariesIn(surroundings.join('\n')),
    };
    assert.deepEqual(found, { log: [], traces: [], metrics: [], headers: [], process: [] });
  });
});
