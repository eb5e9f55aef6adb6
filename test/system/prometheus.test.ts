import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { openPrometheus, type Prometheus, prometheusMissing } from '../support/prometheus/open-prometheus.ts';
import { metricProblems } from '../support/prometheus/promtool.ts';
import { asSent, rulesFile, shippedDashboard } from '../support/prometheus/shipped.ts';
import { analyse, type ServedLobar, serveLobar } from '../support/serve-lobar.ts';
import { patient, patientSystem } from '../support/test-service.ts';

const untilSeconds = 60;

describe('Prometheus', { skip: prometheusMissing }, () => {
  let study: PhantomStudy;
  let lobar: ServedLobar;
  let prometheus: Prometheus;
  const opened: (() => Promise<unknown>)[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-metrics-'));
    opened.unshift(() => rm(folder, { recursive: true, force: true }));
    study = await writePhantomStudy(join(folder, 'study'));
    const pacs = await openSandboxPacs({ folder });
    opened.unshift(pacs.close);
    const ehr = await openSandboxEhr({ patients: [patient(study.study.patient.id)] });
    opened.unshift(ehr.close);
    lobar = await serveLobar(join(folder, 'lobar.json'), {
      metrics: { port: 0 },
      pacs: { main: { url: pacs.url } },
      ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
    });
    opened.unshift(async () => await lobar[Symbol.asyncDispose]());
    prometheus = await openPrometheus(new URL(lobar.metricsUrl ?? ''), rulesFile);
    opened.unshift(prometheus.close);
  });
  after(async () => {
    for (const close of opened) await close();
  });

  /** What a query gives once it gives this for the labels, in the time of a few scrapes. */
  async function comesTo(promql: string, labels: object, value: number): Promise<void> {
    const deadline = Date.now() + untilSeconds * 1000;
    let found: number | undefined;
    while (Date.now() < deadline) {
      found = (await prometheus.query(promql)).get(JSON.stringify(labels));
      if (found === value) return;
      await sleep(200);
    }
    assert.equal(found, value, promql);
  }

  it('finds Lobar up and ready, with no analysis yet', async () => {
    await comesTo('up', { __name__: 'up' }, 1);
    await comesTo('lobar_ready', { __name__: 'lobar_ready' }, 1);
    await comesTo('sum(lobar_analyses_total)', {}, 0);
  });

  it('counts what is analysed', async () => {
    const first = await analyse(lobar.url, study.study.studyInstanceUid, 'main');
    await analyse(lobar.url, study.study.studyInstanceUid, 'main');
    await comesTo('sum by (outcome) (lobar_analyses_total)', { outcome: 'published' }, 2);
    await comesTo('sum(lobar_analyses_total)', {}, 2);
    await comesTo('sum(lobar_severity_score_sum)', {}, 2 * (first.severity?.score ?? Number.NaN));
    // The first event counts: its series was there before.
    await comesTo('sum(increase(lobar_analyses_total[1h])) > bool 0', {}, 1);
  });

  it('is told nothing that promtool objects to', async () => {
    const answer = await fetch(lobar.metricsUrl ?? '');
    assert.deepEqual(await metricProblems(await answer.text()), []);
  });

  it('understands every query of docs/METRICS.md', async () => {
    const document = await readFile(new URL('../../docs/METRICS.md', import.meta.url), 'utf8');
    const queries = [...document.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query = '']) => query);
    assert.equal(queries.length, 4);
    for (const query of queries) await prometheus.query(query);
  });

  it('evaluates the rules of the chart, and finds nothing to alert of in a healthy Lobar', async () => {
    const succeeded = 'lobar:upstream_requests:increase30m{system="pacs", code="200"}';
    await comesTo(`sum by (system) (${succeeded}) > bool 0`, { system: 'pacs' }, 1);
    // Those that are about to fire, too; but for the one that tells of a machine with too much to do.
    assert.deepEqual(await prometheus.query('ALERTS{alertname!="LobarEventLoopBlocked"}'), new Map());
    assert.deepEqual(await prometheus.ruleErrors(), new Map());
  });

  it('answers every query of the dashboard', async () => {
    const { panels } = await shippedDashboard();
    const answered = new Set<string>();
    for (const { title, targets = [] } of panels) {
      for (const { expr } of targets) {
        if ((await prometheus.query(asSent(expr))).size > 0) answered.add(title);
      }
    }
    // Not those of failures, a queue, a watch, or the week before: there are none.
    for (const title of [
      'Ready',
      'Failed',
      'Analyses by outcome',
      'Duration of an analysis',
      'Mean time by stage',
      'Share that fails',
      'Retrieved from PACS',
      'CT severity score',
      'Mean involvement',
      'Classes',
      'Lung volume',
      'Networks in use',
      'Resident memory',
      'Event loop delay, 99 %',
      'CPU',
    ]) {
      assert.ok(answered.has(title), title);
    }
  });
});
