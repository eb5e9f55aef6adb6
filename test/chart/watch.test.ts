import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { at, find, helmMissing, type Manifest, render } from './helm.ts';
import { connected, matrix } from './some-values.ts';

describe('the watch', { skip: helmMissing }, () => {
  let manifests: readonly Manifest[] = [];
  const watch = (path: string) => at(find(manifests, 'Deployment', 'radiology-lobar-watch'), `spec.${path}`);
  before(async () => {
    manifests = await render(matrix['a watch'] ?? {});
  });

  it('is there when asked for only', async () => {
    const without = await render(connected);
    assert.equal(
      without.some(({ metadata }) => metadata.name.endsWith('-watch')),
      false,
    );
  });

  it('is one pod, and never two while it rolls out', () => {
    assert.equal(watch('replicas'), 1);
    assert.equal(watch('strategy.type'), 'Recreate');
    assert.deepEqual(watch('template.spec.containers.0.args'), [
      'watch',
      '--config',
      '/etc/lobar/lobar.yaml',
    ]);
  });

  it('is probed at its port for metrics, as it has no other', () => {
    assert.deepEqual(watch('template.spec.containers.0.livenessProbe.httpGet'), {
      path: '/health/live',
      port: 'metrics',
    });
    assert.equal(watch('template.spec.containers.0.ports.0.containerPort'), 9464);
  });

  it('gets no request: the Service leads to the pods of the service only, that of metrics to both', () => {
    const labels = watch('template.metadata.labels') as Record<string, string>;
    const selects = (name: string) =>
      Object.entries(at(find(manifests, 'Service', name), 'spec.selector') as object).every(
        ([key, value]) => labels[key] === value,
      );
    assert.equal(selects('radiology-lobar'), false);
    assert.equal(selects('radiology-lobar-metrics'), true);
  });

  it('is in the time zone that extraEnv says, as the service is, which judges events', async () => {
    const extraEnv = [{ name: 'TZ', value: 'Europe/Vienna' }];
    const rendered = await render({ ...matrix['a watch'], extraEnv });
    for (const name of ['radiology-lobar', 'radiology-lobar-watch']) {
      const env = at(find(rendered, 'Deployment', name), 'spec.template.spec.containers.0.env');
      assert.deepEqual(env, extraEnv, name);
    }
  });

  it('gets the secrets of PACS and queue, and not those of the EHR', () => {
    const volumes = watch('template.spec.volumes') as readonly { name: string }[];
    assert.deepEqual(
      volumes.map(({ name }) => name),
      ['tmp', 'config', 'secret-nats', 'secret-pacs'],
    );
  });
});
