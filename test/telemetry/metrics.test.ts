import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Metrics, openMetrics } from '../../src/telemetry/metrics.ts';
import { openWatchMetrics } from '../../src/telemetry/watch-metrics.ts';
import { samplesOf, typesOf } from '../support/prometheus/exposition.ts';
import { until } from '../support/until.ts';

const classes = ['covid-19', 'other-infection', 'no-imaging-signs'];

function open(t: TestContext, ofProcess = false): Metrics {
  const metrics = openMetrics({ version: '1.2.3', classes, ofProcess });
  t.after(() => metrics.close());
  return metrics;
}

const scrape = async (metrics: Metrics) => samplesOf(await metrics.text());

/** The buckets of a histogram that one more observation has fallen into: its bounds. */
function bounds(samples: ReadonlyMap<string, number>, name: string): string[] {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket`));
  return buckets.map(([key]) => /le="([^"]+)"/.exec(key)?.[1] ?? '');
}

describe('the metrics', () => {
  it('have every outcome, class and reason from the start, so that the first event has a rate', async (t) => {
    const samples = await scrape(open(t));
    for (const outcome of ['published', 'analysed', 'ineligible', 'failed', 'cancelled']) {
      assert.equal(samples.get(`lobar_analyses_total{outcome="${outcome}"}`), 0);
    }
    for (const one of classes) assert.equal(samples.get(`lobar_classifications_total{class="${one}"}`), 0);
    for (const reason of ['at-capacity', 'rate-limited', 'shutting-down']) {
      assert.equal(samples.get(`lobar_rejected_total{reason="${reason}"}`), 0);
    }
    assert.equal(samples.get('lobar_queue_wait_seconds_count'), 0);
  });

  it('count an analysis by outcome, and its findings in base units', async (t) => {
    const metrics = open(t);
    metrics.analysed({
      outcome: 'published',
      seconds: 12,
      found: { score: 7, involvementPercent: 12.5, decision: 'covid-19', lungMl: 4200 },
    });
    metrics.analysed({ outcome: 'ineligible', seconds: 0.5 });
    metrics.analysed({ outcome: 'failed', code: 'pacs-timeout', seconds: 30 });
    const samples = await scrape(metrics);
    assert.equal(samples.get('lobar_analyses_total{outcome="published"}'), 1);
    assert.equal(samples.get('lobar_analyses_total{outcome="ineligible"}'), 1);
    assert.equal(samples.get('lobar_analyses_total{outcome="failed"}'), 1);
    assert.equal(samples.get('lobar_analysis_failures_total{code="pacs-timeout"}'), 1);
    assert.equal(samples.get('lobar_analysis_duration_seconds_sum{outcome="published"}'), 12);
    assert.equal(samples.get('lobar_classifications_total{class="covid-19"}'), 1);
    assert.equal(samples.get('lobar_severity_score_bucket{le="6"}'), 0);
    assert.equal(samples.get('lobar_severity_score_bucket{le="7"}'), 1);
    assert.equal(samples.get('lobar_severity_score_count'), 1);
    assert.equal(samples.get('lobar_involvement_ratio_sum'), 0.125);
    assert.equal(samples.get('lobar_lung_volume_liters_sum'), 4.2);
  });

  it('have a bucket for each of the 26 scores, and bounds of the lobe scores for involvement', async (t) => {
    const samples = await scrape(open(t));
    const scores = bounds(samples, 'lobar_severity_score');
    assert.deepEqual(scores, [...Array.from({ length: 26 }, (_, score) => `${score}`), '+Inf']);
    // 5, 25, 50 and 75 percent (Pan et al. 2020).
    const involvement = bounds(samples, 'lobar_involvement_ratio');
    for (const bound of ['0.05', '0.25', '0.5', '0.75']) assert.ok(involvement.includes(bound), bound);
  });

  it('leave out the stages that an analysis did not come to', async (t) => {
    const metrics = open(t);
    metrics.staged({ find: 120, lungs: 0 });
    const samples = await scrape(metrics);
    assert.equal(samples.get('lobar_stage_duration_seconds_sum{stage="find"}'), 0.12);
    assert.equal(samples.get('lobar_stage_duration_seconds_count{stage="lungs"}'), undefined);
  });

  it('have few codes for an exchange, whatever a server answers', async (t) => {
    const metrics = open(t);
    for (const code of [200, 503, 599, 799, 'timeout'] as const) {
      metrics.exchanged({ system: 'pacs', operation: 'wado_series', code, seconds: 1, imageBytes: 10 });
    }
    const samples = await scrape(metrics);
    for (const code of ['200', '503', '5xx', '7xx', 'timeout']) {
      const labels = `code="${code}",operation="wado_series",system="pacs"`;
      assert.equal(samples.get(`lobar_upstream_duration_seconds_count{${labels}}`), 1, code);
    }
    assert.equal(samples.get('lobar_bytes_retrieved_total'), 50);
  });

  it('ask the service with every scrape, and call it not ready before it is watched', async (t) => {
    const metrics = open(t);
    assert.equal((await scrape(metrics)).get('lobar_ready'), 0);
    let inFlight = 2;
    const audit = { waiting: 3, dropped: 4 };
    metrics.watch({
      inFlight: () => inFlight,
      waiting: () => 1,
      reservedBytes: () => 2 ** 20,
      limitBytes: 2 ** 30,
      ready: () => true,
      audit,
    });
    const first = await scrape(metrics);
    assert.equal(first.get('lobar_ready'), 1);
    assert.equal(first.get('lobar_requests_in_flight'), 2);
    assert.equal(first.get('lobar_memory_limit_bytes'), 2 ** 30);
    assert.equal(first.get('lobar_audit_events_waiting'), 3);
    assert.equal(first.get('lobar_audit_events_dropped_total'), 4);
    inFlight = 1;
    audit.dropped = 5;
    const second = await scrape(metrics);
    assert.equal(second.get('lobar_requests_in_flight'), 1);
    assert.equal(second.get('lobar_audit_events_dropped_total'), 5);
  });

  it('name the networks that run, and those alone', async (t) => {
    const metrics = open(t);
    const model = { task: 'lungs', name: 'a', version: '1', sha256: 'ff', executionProvider: 'cpu' };
    metrics.loaded([model]);
    metrics.loaded([{ ...model, version: '2' }]);
    metrics.inferred({ provider: 'cpu', seconds: 1.5 });
    const samples = await scrape(metrics);
    const infos = [...samples.keys()].filter((key) => key.startsWith('lobar_model_info'));
    assert.deepEqual(infos, [
      'lobar_model_info{name="a",provider="cpu",sha256="ff",task="lungs",version="2"}',
    ]);
    assert.equal(samples.get('lobar_inference_seconds_total{provider="cpu"}'), 1.5);
    assert.equal(samples.get('lobar_build_info{version="1.2.3"}'), 1);
  });

  it('see a blocked event loop, and the memory of the process', async (t) => {
    const metrics = open(t, true);
    await sleep(60);
    const until = performance.now() + 150;
    while (performance.now() < until);
    await sleep(60);
    const samples = await scrape(metrics);
    const count = samples.get('lobar_event_loop_delay_seconds_count') ?? 0;
    const within100Ms = samples.get('lobar_event_loop_delay_seconds_bucket{le="0.1"}') ?? 0;
    assert.ok(count - within100Ms >= 1, `${within100Ms} of ${count}`);
    assert.ok((samples.get('process_resident_memory_bytes') ?? 0) > 10 * 2 ** 20);
  });

  it('are of one process, however many services it opens', async (t) => {
    const first = open(t, true);
    const collections = async (metrics: Metrics) =>
      (await scrape(metrics)).get('nodejs_gc_duration_seconds_count{kind="minor"}') ?? 0;
    await until(async () => {
      Array.from({ length: 100_000 }, (_, index) => ({ index }));
      return (await collections(first)) > 0;
    });
    const before = await collections(first);
    const second = open(t, true);
    first.close();
    assert.ok((await collections(second)) >= before, 'it begins anew');
  });

  it('of a watch have every decision from the start, and the time of its start for the last poll', async () => {
    const metrics = openWatchMetrics({ version: '1.2.3', ofProcess: false });
    const began = Date.now() / 1000;
    const last = async () =>
      samplesOf(await metrics.text()).get('lobar_watch_last_poll_timestamp_seconds') ?? 0;
    assert.ok(Math.abs((await last()) - began) < 60);
    metrics.studyDecided('filtered');
    metrics.polled('wrong');
    const samples = samplesOf(await metrics.text());
    for (const [decision, count] of Object.entries({ enqueued: 0, known: 0, filtered: 1, failed: 0 })) {
      assert.equal(samples.get(`lobar_watch_studies_total{decision="${decision}"}`), count, decision);
    }
    assert.equal(samples.get('lobar_watch_poll_failures_total'), 1);
    const before = await last();
    await sleep(5);
    metrics.polled('well');
    assert.ok((await last()) > before);
    assert.equal(samples.get('lobar_build_info{version="1.2.3"}'), 1);
  });

  it('of a watch tell whether its queue can be reached, and nothing where it has none', async () => {
    const metrics = openWatchMetrics({ version: '1.2.3', ofProcess: false });
    const isUp = async () => samplesOf(await metrics.text()).get('lobar_queue_up');
    assert.equal(await isUp(), undefined);
    const queue = { up: true };
    metrics.watchQueue(queue);
    assert.equal(await isUp(), 1);
    queue.up = false;
    assert.equal(await isUp(), 0);
  });

  it('are what docs/METRICS.md says, by name and type', async (t) => {
    const document = await readFile(new URL('../../docs/METRICS.md', import.meta.url), 'utf8');
    const rows = [...document.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)];
    const documented = new Map(rows.map(([, name = '', type = '']) => [name, type]));
    const watch = openWatchMetrics({ version: '1.2.3', ofProcess: false });
    const types = new Map([...typesOf(await open(t, true).text()), ...typesOf(await watch.text())]);
    const offered = [...types].filter(([name]) => name.startsWith('lobar_'));
    assert.deepEqual([...documented].sort(), offered.sort());
  });
});
