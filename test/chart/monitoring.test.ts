import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { parse } from 'yaml';
import { type RuleFile, shippedRules } from '../support/prometheus/shipped.ts';
import { chartFolder } from './chart-folder.ts';
import { at, find, findAll, helmMissing, type Manifest, render } from './helm.ts';
import { least, matrix } from './some-values.ts';

describe('monitoring', { skip: helmMissing }, () => {
  let manifests: readonly Manifest[] = [];
  before(async () => {
    manifests = await render(matrix['monitoring'] ?? {});
  });

  it('is made when asked for only, as its kinds are not in every cluster', async () => {
    const plain = await render(least);
    for (const kind of ['ServiceMonitor', 'PrometheusRule']) assert.deepEqual(findAll(plain, kind), []);
  });

  it('reads the Service of metrics, which knows pods that are not ready, too', () => {
    const expected: IServiceMonitor['spec'] = {
      selector: {
        matchLabels: {
          'app.kubernetes.io/name': 'lobar',
          'app.kubernetes.io/instance': 'radiology',
          'app.kubernetes.io/component': 'metrics',
        },
      },
      podTargetLabels: ['app.kubernetes.io/component'],
      endpoints: [{ port: 'metrics', path: '/metrics', interval: '30s' }],
    };
    const monitor = find(manifests, 'ServiceMonitor');
    assert.deepEqual(at(monitor, 'spec'), expected);
    assert.equal(monitor.metadata.labels?.['release'], 'prometheus');

    const service = find(manifests, 'Service', 'radiology-lobar-metrics');
    for (const [label, value] of Object.entries(expected.selector.matchLabels ?? {})) {
      assert.equal(service.metadata.labels?.[label], value);
    }
    assert.equal(at(service, 'spec.publishNotReadyAddresses'), true);
    assert.deepEqual(at(service, 'spec.ports'), [
      { name: 'metrics', port: 9464, targetPort: 'metrics', protocol: 'TCP' },
    ]);
  });

  it('hands on the rules as they are, whatever of Prometheus’ own templates stands in them', async () => {
    const rules = parse(await readFile(join(chartFolder, 'rules/lobar.yaml'), 'utf8'));
    assert.deepEqual(at(find(manifests, 'PrometheusRule'), 'spec'), rules);
    assert.ok(JSON.stringify(rules).includes('{{ $labels'));
  });

  it('leaves out alerts that are not wanted, gives all of them labels, and makes links of runbooks', async () => {
    const rulesOf = async (values: object) => {
      const rule = find(await render({ ...least, ...values }), 'PrometheusRule');
      return (at(rule, 'spec.groups') as RuleFile['groups']).flatMap(({ rules }) => rules);
    };
    const prometheusRule = {
      enabled: true,
      disabled: ['LobarNotReady'],
      alertLabels: { team: 'imaging' },
      runbookBase: 'https://git.example.org/lobar/blob/v0.1.0/',
    };
    const shipped = (await shippedRules()).groups.flatMap(({ rules }) => rules);
    const rules = await rulesOf({ metrics: { prometheusRule } });
    assert.deepEqual(
      rules.map(({ alert, record }) => alert ?? record),
      shipped.map(({ alert, record }) => alert ?? record).filter((name) => name !== 'LobarNotReady'),
    );
    for (const { alert, labels, annotations } of rules.filter((rule) => rule.alert !== undefined)) {
      assert.equal(labels?.['team'], 'imaging', alert);
      assert.match(labels?.['severity'] ?? '', /^(critical|warning|info)$/, alert);
      assert.equal(
        annotations?.['runbook_url'],
        `https://git.example.org/lobar/blob/v0.1.0/docs/ALERTS.md#${alert?.toLowerCase()}`,
      );
    }
  });

  it('says nothing of pods that are gone where KEDA may take the last one', async () => {
    const values = matrix['scaling by KEDA'] ?? {};
    const manifests = await render({ ...values, metrics: { prometheusRule: { enabled: true } } });
    const text = JSON.stringify(find(manifests, 'PrometheusRule'));
    assert.doesNotMatch(text, /LobarDown/);
    assert.match(text, /LobarNotReady/);
  });

  it('is read as its cluster wants it', async () => {
    const own = {
      scrapeTimeout: '5s',
      scheme: 'https',
      tlsConfig: { insecureSkipVerify: true },
      metricRelabelings: [{ action: 'labeldrop', regex: 'pod' }],
    };
    const monitor = await render({ ...least, metrics: { serviceMonitor: { enabled: true, ...own } } });
    assert.deepEqual(at(find(monitor, 'ServiceMonitor'), 'spec.endpoints.0'), {
      port: 'metrics',
      path: '/metrics',
      interval: '30s',
      ...own,
    });
  });

  it('hands on the dashboard as it is', async () => {
    const dashboard = find(manifests, 'ConfigMap', 'radiology-lobar-dashboard') as Manifest & {
      data: Record<string, string>;
    };
    const file = await readFile(join(chartFolder, 'dashboards/lobar.json'), 'utf8');
    assert.deepEqual(JSON.parse(dashboard.data['lobar.json'] ?? ''), JSON.parse(file));
    assert.equal(dashboard.metadata.labels?.['grafana_dashboard'], '1');
    assert.equal(dashboard.metadata.annotations?.['grafana_folder'], 'Imaging');
  });
});
