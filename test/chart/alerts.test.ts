import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { typesOf } from '../support/prometheus/exposition.ts';
import { metricsIn, seriesOf } from '../support/prometheus/metrics-in.ts';
import { type Dashboard, type Rule, shippedDashboard, shippedRules } from '../support/prometheus/shipped.ts';

interface UnitTests {
  readonly tests: readonly {
    readonly name: string;
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana
const chosenSource = '${datasource}';

const here = new URL('./alerts/', import.meta.url);
const docs = new URL('../../docs/', import.meta.url);

const unitTests = async (): Promise<UnitTests['tests']> => {
  const files = (await readdir(here)).filter((file) => file.endsWith('.yaml'));
  const read = files.map(async (file) => parse(await readFile(new URL(file, here), 'utf8')) as UnitTests);
  return (await Promise.all(read)).flatMap(({ tests }) => tests);
};

/** Of Lobar, by docs/METRICS.md: name to type. */
const documentedMetrics = async (): Promise<ReadonlyMap<string, string>> => {
  const rows = (await readFile(new URL('METRICS.md', docs), 'utf8')).matchAll(/^\| `(\w+)` \| (\w+) \|/gm);
  return new Map([...[...rows].map(([, name = '', type = '']) => [name, type] as const)]);
};

/** Of the process, by prom-client: name to type. */
const processMetrics = async (): Promise<ReadonlyMap<string, string>> => {
  const metrics = openMetrics({ version: '0', classes: [], ofProcess: true });
  const types = typesOf(await metrics.text());
  metrics.close();
  return types;
};

const expressionsOf = ({ panels }: Dashboard): readonly string[] =>
  panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

let alerts: readonly (Rule & { readonly alert: string })[];
let recorded: readonly string[];
let rules: readonly Rule[];
let dashboard: Dashboard;

before(async () => {
  rules = (await shippedRules()).groups.flatMap((group) => group.rules);
  alerts = rules.flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));
  recorded = rules.flatMap(({ record = [] }) => record);
  dashboard = await shippedDashboard();
});

describe('the metrics of an expression', () => {
  it('are found among functions, labels, ranges and words of PromQL', () => {
    const promql =
      'sum by (le, pod) (rate(a_bucket{b="c{d}"}[1h] offset 30m)) / on (e) group_left (f) 1.5e3 * g:h and time() > bool i';
    assert.deepEqual([...metricsIn(promql)], ['a_bucket', 'g:h', 'i']);
  });
});

describe('the alerts of the chart', () => {
  it('have names of their own and one of three severities', () => {
    assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
    for (const { alert, labels } of alerts) {
      assert.match(alert, /^Lobar[A-Z]/);
      assert.ok(['critical', 'warning', 'info'].includes(labels?.['severity'] ?? ''), alert);
    }
  });

  it('say which and how much in the summary, and what it means in the description', () => {
    for (const { alert, annotations } of alerts) {
      assert.ok((annotations?.['summary'] ?? '').length > 20, alert);
      assert.ok((annotations?.['description'] ?? '').length > 40, alert);
      // Only the summary is rendered by the tests of promtool.
      assert.doesNotMatch(annotations?.['description'] ?? '', /\{\{/, alert);
    }
  });

  it('have a section each in docs/ALERTS.md, which has none for others', async () => {
    const document = await readFile(new URL('ALERTS.md', docs), 'utf8');
    const sections = [...document.matchAll(/^### (Lobar\w+)$/gm)].map(([, name = '']) => name);
    assert.deepEqual(sections.toSorted(), alerts.map(({ alert }) => alert).toSorted());
    for (const { alert, annotations } of alerts) {
      assert.equal(annotations?.['runbook_url'], `docs/ALERTS.md#${alert.toLowerCase()}`);
    }
  });

  it('have a case each in which they fire, and one in which they just do not', async () => {
    const cases = (await unitTests()).flatMap(({ alert_rule_test: one }) => one);
    const fires = cases.filter(({ exp_alerts: fired }) => fired.length > 0);
    const doesNot = cases.filter(({ exp_alerts: fired }) => fired.length === 0);
    const names = alerts.map(({ alert }) => alert).toSorted();
    for (const some of [fires, doesNot]) {
      assert.deepEqual([...new Set(some.map(({ alertname }) => alertname))].toSorted(), names);
    }
  });

  it('name only metrics that there are', async () => {
    const all = [...(await documentedMetrics()), ...(await processMetrics())];
    const known = new Set(['up', ...recorded, ...all.flatMap(([name, type]) => seriesOf(name, type))]);
    for (const { alert, record, expr } of rules) {
      const unknown = [...metricsIn(expr)].filter((name) => !known.has(name));
      assert.deepEqual(unknown, [], alert ?? record);
    }
  });
});

describe('the dashboard of the chart', () => {
  it('names only metrics that there are', async () => {
    const all = [...(await documentedMetrics()), ...(await processMetrics())];
    const known = new Set(['ALERTS', ...recorded, ...all.flatMap(([name, type]) => seriesOf(name, type))]);
    for (const expr of expressionsOf(dashboard)) {
      const unknown = [...metricsIn(expr)].filter((name) => !known.has(name));
      assert.deepEqual(unknown, [], expr);
    }
  });

  it('shows every metric of docs/METRICS.md', async () => {
    const shown = new Set(expressionsOf(dashboard).flatMap((expr) => [...metricsIn(expr)]));
    const missing = [...(await documentedMetrics())].filter(
      ([name, type]) => !seriesOf(name, type).some((series) => shown.has(series)),
    );
    assert.deepEqual(missing, []);
  });

  it('uses only variables that it has, and a data source that can be chosen', () => {
    const variables = dashboard.templating.list.map(({ name }) => name);
    assert.deepEqual(variables, ['datasource', 'namespace', 'job', 'pod', 'window']);
    for (const expr of expressionsOf(dashboard)) {
      for (const [, name = ''] of expr.matchAll(/\$(\w+)/g)) {
        assert.ok([...variables, '__rate_interval'].includes(name), expr);
      }
    }
    for (const { title, datasource, targets = [] } of dashboard.panels) {
      for (const { uid } of targets.map((target) => target.datasource))
        assert.equal(uid, chosenSource, title);
      if (targets.length > 0) assert.deepEqual(datasource, { type: 'prometheus', uid: chosenSource }, title);
    }
  });

  it('has a title, a unit and a word on what to look for in every panel', () => {
    for (const { type, title, description, fieldConfig } of dashboard.panels) {
      assert.notEqual(title, '');
      if (type === 'row') continue;
      assert.ok((description ?? '').length > 20, title);
      assert.ok(fieldConfig?.defaults.unit !== undefined, title);
    }
  });

  it('has panels with ids of their own that do not lie upon one another', () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    for (const [index, { title, gridPos: a }] of panels.entries()) {
      assert.ok(a.x >= 0 && a.x + a.w <= 24, title);
      for (const { title: other, gridPos: b } of panels.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        assert.ok(apart, `${title} and ${other}`);
      }
    }
  });

  it('is written as Grafana exports it, so that an export can be compared', async () => {
    const text = await readFile(new URL('../../charts/lobar/dashboards/lobar.json', import.meta.url), 'utf8');
    assert.equal(text, `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
  });
});
