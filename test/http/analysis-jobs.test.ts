/** Analyses that nobody waits for, over HTTP, in the line of one process. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { newJob } from '../../src/analysis/jobs/analysis-job.ts';
import { LobarError, toPlainError } from '../../src/errors.ts';
import { toDocument } from '../../src/http/jobs/job-document.ts';
import { parseSigned } from '../support/parse-signed.ts';
import { samplesOf } from '../support/prometheus/exposition.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

/** Made for this test: whsec_ and 32 bytes. */
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Told {
  readonly headers: Record<string, string>;
  readonly body: string;
}

describe('an analysis that nobody waits for', () => {
  let test: TestService;
  let folder: string;
  const told: Told[] = [];
  /** What the one who is told answers, in order; then 204. */
  const answers: number[] = [];
  const listener = createServer(async (asked, answer) => {
    let body = '';
    for await (const chunk of asked) body += chunk;
    told.push({ headers: asked.headers as Record<string, string>, body });
    answer.writeHead(answers.shift() ?? 204).end();
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-jobs-'));
    await writeFile(join(folder, 'secret'), `${secret}\n`);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    test = await openTestService({
      limits: { inFlight: 1, requestsPerMinute: 100_000 },
      studies: [{ slices: 10 }],
      more: {
        metrics: { port: 0 },
        queue: { length: 3, deliveries: 2, retrySeconds: 0.01 },
        callbacks: { ehr: { url: `http://127.0.0.1:${port}/told`, secretFile: join(folder, 'secret') } },
      },
    });
  });
  after(async () => {
    await test.close();
    listener.close();
    await rm(folder, { recursive: true, force: true });
  });

  const submit = (body: object, headers: Record<string, string> = {}) =>
    request(test.service.url)
      .post('/v1/analyses')
      .set({ prefer: 'respond-async', ...headers })
      .send({ study: test.study.study.studyInstanceUid, publish: false, ...body });
  const look = (path: string) => request(test.service.url).get(path);
  const ended = async (path: string) => {
    let body: { state: string } & Record<string, unknown> = { state: '' };
    await until(async () => {
      ({ body } = await look(path).expect(200));
      return ['finished', 'failed', 'cancelled'].includes(body.state);
    });
    return body as { state: string; attempt: number } & Record<string, Record<string, unknown>>;
  };

  it('is answered at once, runs, and is published once', async () => {
    const answer = await submit({ publish: true }).expect(202);
    const path = String(answer.headers['location']);
    assert.match(path, /^\/v1\/analyses\/[0-9a-f-]{36}$/);
    assert.equal(answer.headers['preference-applied'], 'respond-async');
    assert.match(String(answer.headers['retry-after']), /^\d+$/);
    assert.equal(answer.body.state, 'queued');
    const job = await ended(path);
    assert.equal(job.state, 'finished', JSON.stringify(job));
    assert.equal(job.attempt, 1);
    assert.equal(job['analysis']?.['outcome'], 'published');
    assert.equal(job['analysis']?.['id'], job['id']);
    assert.equal((await look(path)).headers['retry-after'], undefined);
    const bundle = await look(path).set('accept', 'application/fhir+json').expect(200);
    assert.equal(JSON.parse(bundle.text).resourceType, 'Bundle');
    const reports = await resourcesOf(test.ehrUrl, 'DiagnosticReport', test.study.study.studyInstanceUid);
    assert.equal(reports.length, 1);
  });

  it('is the same one when it comes again with the same key, and another one may not have the key', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await submit({}, key).expect(202);
    const second = await submit({}, key).expect(202);
    assert.equal(second.headers['location'], first.headers['location']);
    const other = await submit({ publish: 'dry-run' }, key).expect(422);
    assert.equal(other.body.code, 'idempotency-key-reused');
    const path = String(first.headers['location']);
    await ended(path);
    // The draft has it in quotes.
    const late = await submit({}, { 'idempotency-key': '"once"' }).expect(202);
    assert.deepEqual([late.headers['location'], late.body.state], [path, 'finished']);
    assert.equal(late.headers['retry-after'], undefined);
  });

  it('has no key that is wrong where nobody looks at it: who waits is answered as without', async () => {
    const { studyInstanceUid: study } = test.study.study;
    const wrong = { 'idempotency-key': 'x'.repeat(300) };
    await request(test.service.url)
      .post('/v1/analyses')
      .set(wrong)
      .send({ study, publish: false })
      .expect(200);
    assert.equal((await submit({}, wrong).expect(400)).body.code, 'request-invalid');
  });

  it('stays as it is when it has ended, however often it is asked to end', async () => {
    const path = String((await submit({}).expect(202)).headers['location']);
    const over = await ended(path);
    for (let times = 0; times < 2; times += 1) {
      assert.deepEqual((await request(test.service.url).delete(path).expect(200)).body, over);
    }
    assert.deepEqual((await look(path).expect(200)).body, over);
  });

  it('is an OperationOutcome for who speaks FHIR', async () => {
    const answer = await submit({}, { accept: 'application/fhir+json' }).expect(202);
    assert.match(String(answer.headers['content-type']), /^application\/fhir\+json/);
    const { resourceType, issue } = JSON.parse(answer.text);
    assert.deepEqual([resourceType, issue[0].severity], ['OperationOutcome', 'information']);
    assert.match(issue[0].diagnostics, /queued/);
    await ended(String(answer.headers['location']));
  });

  it('tells what is not there, by a code and at once', async () => {
    const none = await look('/v1/analyses/6f9619ff-8b86-d011-b42d-00c04fc964ff').expect(404);
    assert.equal(none.body.code, 'analysis-not-found');
    await look('/v1/analyses/x').expect(404);
    assert.equal((await submit({ pacs: 'nowhere' }).expect(400)).body.code, 'endpoint-unknown');
    assert.equal((await submit({ callback: 'nobody' }).expect(400)).body.code, 'endpoint-unknown');
    await submit({ unknown: 1 }).expect(400);
    const waiting = await request(test.service.url)
      .post('/v1/analyses')
      .send({ study: test.study.study.studyInstanceUid, callback: 'ehr' });
    assert.deepEqual([waiting.status, waiting.body.code], [400, 'request-invalid']);
  });

  it('tells of a study that is ineligible, and of one that is not there', async () => {
    const [small] = test.studies;
    const refused = await submit({ study: small?.study.studyInstanceUid }).expect(202);
    const job = await ended(String(refused.headers['location']));
    assert.deepEqual([job.state, job['analysis']?.['outcome']], ['finished', 'ineligible']);
    const missing = await submit({ study: '1.2.3' }).expect(202);
    const path = String(missing.headers['location']);
    const failed = await ended(path);
    // Another try would not change it.
    assert.deepEqual(
      [failed.state, failed.attempt, failed['problem']?.['code']],
      ['failed', 1, 'study-not-found'],
    );
    const outcome = await look(path).set('accept', 'application/fhir+json').expect(200);
    assert.equal(JSON.parse(outcome.text).issue[0].details.text, 'study-not-found');
  });

  it('is cancelled while it waits and while it runs, and waits in a line that may be full', async () => {
    const paths: string[] = [];
    await until(async () => {
      const answer = await submit({});
      if (answer.status === 202) paths.push(String(answer.headers['location']));
      else assert.deepEqual([answer.status, answer.body.code], [503, 'at-capacity']);
      return answer.status === 503;
    });
    const last = paths.at(-1) ?? '';
    assert.equal((await request(test.service.url).delete(last).expect(200)).body.state, 'cancelled');
    const running = paths.find(Boolean) ?? '';
    await until(async () => (await look(running)).body.stage !== undefined);
    const told = await request(test.service.url).delete(running).expect(200);
    assert.deepEqual([told.body.state, told.body.stopping], ['running', true]);
    const states = await Promise.all(paths.map(async (path) => (await ended(path)).state));
    assert.deepEqual(states, ['cancelled', ...paths.slice(2).map(() => 'finished'), 'cancelled']);
  });

  it('has its end told, signed, and told again until it is taken', async () => {
    told.length = 0;
    answers.push(500);
    const answer = await submit({ callback: 'ehr', publish: 'dry-run' }).expect(202);
    await until(() => told.length === 2);
    const [first, event] = told;
    assert.ok(event !== undefined);
    assert.equal(event.body, first?.body);
    const { type, data } = parseSigned(event, secret) as {
      type: string;
      data: Record<string, string>;
    };
    assert.equal(type, 'analysis.finished');
    assert.equal(event.headers['webhook-id'], first?.headers['webhook-id']);
    assert.notEqual(event.headers['webhook-id'], answer.body.id);
    assert.deepEqual(data, {
      id: answer.body.id,
      state: 'finished',
      href: answer.headers['location'],
      outcome: 'analysed',
    });
    assert.doesNotMatch(event.body, new RegExp(test.study.study.studyInstanceUid));
  });

  it('is told of by readiness, and the metrics', async () => {
    const { body } = await look('/health/ready').expect(200);
    assert.deepEqual(body.queue, { kind: 'in-process', up: true, waiting: 0 });
    const measured = async () => samplesOf(await (await fetch(test.service.metricsUrl ?? '')).text());
    const before = await measured();
    await ended(String((await submit({}).expect(202)).headers['location']));
    await ended(String((await submit({ study: '1.2.3' }).expect(202)).headers['location']));
    const after = await measured();
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    assert.equal(more('lobar_jobs_total{outcome="analysed"}'), 1);
    assert.equal(more('lobar_jobs_total{outcome="failed"}'), 1);
    // A client's mistake is told to the client.
    assert.equal(more('lobar_dead_letters_total{reason="study-not-found"}'), 0);
    const gauges = ['lobar_queue_up', 'lobar_jobs_waiting', 'lobar_jobs_running'];
    assert.deepEqual(
      gauges.map((name) => after.get(name)),
      [1, 0, 0],
    );
  });

  it('tells of the process that was lost with it, as of every other failure', () => {
    const error = toPlainError(new LobarError('process-lost', { attempts: 5 }));
    const { id, ...asked } = newJob('somebody', { study: '1.2.3', pacs: 'main' });
    const { problem } = toDocument({ ...asked, id, state: 'failed', attempt: 5, error });
    assert.deepEqual([problem?.code, problem?.requestId], ['process-lost', id]);
    assert.match(problem?.detail ?? '', /was lost 5 times/);
  });

  it('is waited for where the preference cannot be met: an upload, an event stream', async () => {
    const events = await submit({}, { accept: 'text/event-stream' }).buffer(true).expect(200);
    assert.match(events.text, /event: analysis/);
    assert.equal(events.headers['preference-applied'], undefined);
  });
});

describe('a service whose queue is away', () => {
  let test: TestService;
  before(async () => {
    // Nothing listens at port 1 (tcpmux).
    test = await openTestService({ more: { queue: { url: 'nats://127.0.0.1:1' } } });
  });
  after(() => test.close());

  it('refuses jobs, says so, and answers who waits', async () => {
    const { studyInstanceUid: study } = test.study.study;
    const ask = () => request(test.service.url).post('/v1/analyses').send({ study, publish: false });
    const refused = await ask().set('prefer', 'respond-async').expect(503);
    assert.equal(refused.body.code, 'queue-unavailable');
    assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/);
    const ready = await request(test.service.url).get('/health/ready').expect(200);
    assert.deepEqual(ready.body.queue, { kind: 'nats', up: false, waiting: 0 });
    assert.equal((await ask().expect(200)).body.outcome, 'analysed');
  });
});

describe('a service that keeps what has ended for a moment only', () => {
  let test: TestService;
  before(async () => {
    // 0.3 s
    test = await openTestService({ more: { queue: { keepDays: 0.3 / 86_400 } }, studies: [{ slices: 10 }] });
  });
  after(() => test.close());

  it('knows of a key that it came before, and no more', async () => {
    const [small] = test.studies;
    const ask = () =>
      request(test.service.url)
        .post('/v1/analyses')
        .set({ prefer: 'respond-async', 'idempotency-key': 'once' })
        .send({ study: small?.study.studyInstanceUid, publish: false });
    const path = String((await ask().expect(202)).headers['location']);
    await until(async () => (await request(test.service.url).get(path)).status === 404);
    assert.equal((await ask().expect(409)).body.code, 'analysis-forgotten');
  });
});
