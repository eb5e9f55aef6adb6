import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import fastify from 'fastify';
import request from 'supertest';
import { Admission } from '../../src/analysis/admission.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { checkConfig } from '../../src/config.ts';
import { unknownClient } from '../../src/http/auth/client.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { toLobarError } from '../../src/http/problem.ts';
import { runAnalysis } from '../../src/http/run-analysis.ts';
import { unopenedContext } from '../../src/http/unopened-context.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { type Metrics, openMetrics } from '../../src/telemetry/metrics.ts';
import { type Samples, samplesOf } from '../support/prometheus/exposition.ts';
import { openTestService, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

describe('GET /metrics', () => {
  let test: TestService;
  let published: Analysis;
  let text = '';
  let samples: Samples;
  const post = (body: object) => request(test.service.app.server).post('/v1/analyses').send(body);
  const metricsUrl = () => test.service.metricsUrl ?? '';
  const scrape = async () => (await fetch(metricsUrl())).text();
  const upstream = (system: string, operation: string, code: string) =>
    samples.get(
      `lobar_upstream_duration_seconds_count{code="${code}",operation="${operation}",system="${system}"}`,
    );
  const short = () => test.studies[0]?.study.studyInstanceUid ?? '';

  before(async () => {
    test = await openTestService({
      // 30 mm are no chest.
      studies: [{ slices: 10 }],
      pacs: { down: { url: 'http://127.0.0.1:1/dicom-web', retries: 0 } },
      more: { metrics: { port: 0 } },
    });
    published = (await post({ study: test.study.study.studyInstanceUid }).expect(200)).body as Analysis;
    const { body } = await post({ study: short() }).expect(200);
    assert.equal(body.outcome, 'ineligible');
    await post({ study: short(), pacs: 'down' }).expect(502);
    text = await scrape();
    samples = samplesOf(text);
  });
  after(() => test.close());

  it('counts each analysis once, by its outcome', () => {
    const outcomes = { published: 1, analysed: 0, ineligible: 1, failed: 1, cancelled: 0 };
    for (const [outcome, count] of Object.entries(outcomes)) {
      assert.equal(samples.get(`lobar_analyses_total{outcome="${outcome}"}`), count, outcome);
    }
    assert.equal(samples.get('lobar_analysis_failures_total{code="pacs-unreachable"}'), 1);
    assert.equal(samples.get('lobar_analysis_duration_seconds_count{outcome="published"}'), 1);
    assert.equal(samples.get('lobar_requests_in_flight'), 0);
    assert.equal(samples.get('lobar_ready'), 1);
  });

  it('has the findings of the one analysis that has some', () => {
    const { classification, involvement, severity } = published;
    assert.equal(samples.get('lobar_severity_score_sum'), severity?.score);
    assert.equal(samples.get('lobar_severity_score_count'), 1);
    assert.equal(samples.get('lobar_involvement_ratio_sum'), (involvement?.percent ?? 0) / 100);
    assert.equal(samples.get('lobar_lung_volume_liters_sum'), (involvement?.lungMl ?? 0) / 1000);
    assert.equal(samples.get(`lobar_classifications_total{class="${classification?.decision}"}`), 1);
  });

  it('has the stages that each one went through, also the one that it failed in', () => {
    const counts = { find: 3, retrieve: 1, lungs: 1, classify: 1, opacities: 1, quantify: 1, publish: 1 };
    for (const [stage, count] of Object.entries(counts)) {
      assert.equal(samples.get(`lobar_stage_duration_seconds_count{stage="${stage}"}`), count, stage);
    }
    assert.equal(
      samples.get('lobar_stage_duration_seconds_sum{stage="retrieve"}'),
      (published.timingsMs['retrieve'] ?? 0) / 1000,
    );
  });

  it('has every request to another system, by what was asked and what came of it', () => {
    assert.equal(upstream('pacs', 'qido_search_series', '200'), 2);
    assert.equal(upstream('pacs', 'qido_search_series', 'unreachable'), 1);
    assert.equal(upstream('pacs', 'wado_series', '200'), 1);
    assert.equal(upstream('ehr', 'capabilities', '200'), 1);
    assert.equal(upstream('ehr', 'transaction', '200'), 1);
    assert.ok((upstream('ehr', 'search', '200') ?? 0) >= 1);
  });

  it('has the bytes of the series that was retrieved, and little more for what frames them', async () => {
    const sizes = await Promise.all(test.study.files.map(async (file) => (await stat(file)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const counted = samples.get('lobar_bytes_retrieved_total') ?? 0;
    assert.ok(counted > bytes && counted < bytes + 500 * sizes.length, `${counted} of ${bytes}`);
  });

  it('has the networks and how long they ran, less than their stages took', () => {
    for (const { task, name, version, sha256, executionProvider } of published.models) {
      const labels = `name="${name}",provider="${executionProvider}",sha256="${sha256}",task="${task}",version="${version}"`;
      assert.equal(samples.get(`lobar_model_info{${labels}}`), 1);
    }
    const ran = samples.get('lobar_inference_seconds_total{provider="cpu"}') ?? 0;
    const { lungs = 0, classify = 0, opacities = 0 } = published.timingsMs;
    assert.ok(ran > 0 && ran * 1000 < lungs + classify + opacities, `${ran} s`);
  });

  it('names no patient, study, series, instance, request or host', () => {
    const { study, series } = test.study;
    for (const secret of [
      study.patient.id,
      study.patient.name,
      study.studyInstanceUid,
      study.accessionNumber,
      series.seriesInstanceUid,
      short(),
      published.id,
      '2.25.',
      'PHANTOM',
      '127.0.0.1',
    ]) {
      assert.ok(!text.includes(secret), secret);
    }
  });

  it('sees an analysis in flight, and counts the one whose caller hangs up', async () => {
    const hangUp = new AbortController();
    const answer = fetch(`${test.service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: test.study.study.studyInstanceUid, publish: false }),
      signal: hangUp.signal,
    });
    const sample = async (name: string) => samplesOf(await scrape()).get(name);
    await until(async () => (await sample('lobar_requests_in_flight')) === 1, 5);
    hangUp.abort();
    await assert.rejects(answer);
    await until(async () => (await sample('lobar_requests_in_flight')) === 0, 5);
    assert.equal(await sample('lobar_analyses_total{outcome="cancelled"}'), 1);
    assert.equal(await sample('lobar_analysis_failures_total{code="cancelled"}'), 1);
  });

  it('is all that its port offers, and the port of the API does not have it', async () => {
    const answer = await fetch(metricsUrl(), { method: 'HEAD' });
    assert.equal(answer.status, 200);
    // The text format of Prometheus; a scraper goes by it.
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    const posted = await fetch(metricsUrl(), { method: 'POST' });
    assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD']);
    for (const path of ['/', '/health/ready', '/metrics/x']) {
      assert.equal((await fetch(new URL(path, metricsUrl()))).status, 404, path);
    }
    await request(test.service.app.server).get('/metrics').expect(404);
  });
});

describe('Metrics without a port', () => {
  it('are the default: nothing listens', () => {
    assert.deepEqual(checkConfig({}).metrics, { host: '127.0.0.1' });
  });
});

describe('A request that is turned away', () => {
  const rejections = async (metrics: Metrics) =>
    [...samplesOf(await metrics.text())].filter(([name, value]) => name.includes('_rejected_') && value > 0);

  it('because its client asks too often is counted where it asks for an analysis', async (t) => {
    const context = unopenedContext(checkConfig({ limits: { requestsPerMinute: 2 } }));
    const app = await buildApp(context, createLogger('silent'), '0');
    t.after(() => app.close());
    const statuses: number[] = [];
    const ask = async (method: 'GET' | 'POST', url: string) => {
      statuses.push(
        (await app.inject({ method, url, ...(method === 'POST' ? { payload: {} } : {}) })).statusCode,
      );
    };
    for (let times = 0; times < 3; times += 1) await ask('GET', '/openapi.json');
    for (const url of ['/v1/models', '/fhir/metadata']) await ask('GET', url);
    assert.deepEqual(statuses.slice(2), [429, 429, 429]);
    assert.deepEqual(await rejections(context.metrics), []);
    for (const url of ['/v1/analyses', '/fhir/$analyze-chest-ct']) await ask('POST', url);
    assert.deepEqual(statuses.slice(5), [429, 429]);
    assert.deepEqual(await rejections(context.metrics), [['lobar_rejected_total{reason="rate-limited"}', 2]]);
  });

  it('is not one whose client does not wait for its turn', async (t) => {
    const metrics = openMetrics({ version: '0', classes: [], ofProcess: false });
    const admission = new Admission({ places: 1, waiting: 2, waitSeconds: 60 });
    const place = Promise.withResolvers<void>();
    const taken = admission.run(() => place.promise);
    const app = fastify({ forceCloseConnections: true });
    t.after(() => app.close());
    const codes: string[] = [];
    app.get('/', async (request, reply) => {
      request.client = unknownClient(request.ip);
      const result = runAnalysis(request, reply, { admission, metrics }, () => assert.fail('was begun'));
      await result.catch((error: unknown) => codes.push(toLobarError(error, request).code));
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const hangUp = new AbortController();
    const gone = fetch(url, { signal: hangUp.signal });
    await until(() => admission.waiting === 1);
    const late = fetch(url, { headers: { 'request-timeout': '1' } });
    await until(() => admission.waiting === 2);
    hangUp.abort();
    await assert.rejects(gone);
    await late;
    await until(() => admission.waiting === 0);
    place.resolve();
    await taken;
    assert.deepEqual(codes.toSorted(), ['cancelled', 'deadline-exceeded']);
    assert.deepEqual(await rejections(metrics), []);
  });

  it('is counted by its reason, and as no analysis', async (t) => {
    const metrics = openMetrics({ version: '0', classes: [], ofProcess: false });
    const admission = new Admission({ places: 1, waiting: 0, waitSeconds: 1 });
    await admission.drain(1);
    const app = fastify();
    t.after(() => app.close());
    app.get('/', async (request, reply) => {
      request.client = unknownClient(request.ip);
      await runAnalysis(request, reply, { admission, metrics }, () => assert.fail('was begun'));
    });
    assert.equal((await app.inject('/')).statusCode, 503);
    const samples = samplesOf(await metrics.text());
    assert.equal(samples.get('lobar_rejected_total{reason="shutting-down"}'), 1);
    assert.equal(samples.get('lobar_analyses_total{outcome="failed"}'), 0);
  });
});
