import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openCheck } from './check-manifest.ts';
import { configOf } from './config-of.ts';
import { at, find, findAll, helmMissing, helms, lint, type Manifest, render } from './helm.ts';
import { againstRestricted } from './restricted.ts';
import { least, matrix } from './some-values.ts';

const hook = 'helm.sh/hook';

describe('the chart', { skip: helmMissing }, () => {
  const check = openCheck();

  for (const helm of helms) {
    it(`has nothing that ${helm} lint --strict objects to`, async () => {
      assert.equal((await lint(least, helm)).code, 0);
      // It does not see what _validate.tpl refuses: a chart's own refusals do not count when Helm lints.
      assert.equal((await lint({}, helm)).code, 0);
    });
  }

  for (const [name, values] of Object.entries(matrix)) {
    describe(`for ${name}`, () => {
      let manifests: readonly Manifest[] = [];
      before(async () => {
        manifests = await render(values);
      });

      it('is made alike by Helm 4 and Helm 3, and every object is valid', async () => {
        assert.deepEqual(await render(values, { helm: 'helm-3' }), manifests);
        assert.equal((await lint(values, 'helm-4')).code, 0);
        for (const manifest of manifests) {
          assert.deepEqual(await check(manifest), [], `${manifest.kind} ${manifest.metadata.name}`);
        }
        const all = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
        assert.deepEqual(all, [...new Set(all)], 'no two objects have one name');
      });

      it('runs all its pods by the restricted profile', () => {
        const pods = manifests.filter(({ kind }) => ['Deployment', 'Pod'].includes(kind));
        assert.ok(pods.length > 0);
        assert.deepEqual(pods.flatMap(againstRestricted), []);
      });

      it('gives Lobar a configuration that it takes', async () => {
        const config = await configOf(manifests);
        assert.equal(config.http.host, '0.0.0.0');
        assert.equal(config.metrics.port, 9464);
        assert.equal(config.log.format, 'json');
      });

      it('labels every object, and mounts every volume that it names', () => {
        for (const { kind, metadata } of manifests.filter((one) => one.metadata.name !== 'ct-extra')) {
          assert.equal(metadata.labels?.['app.kubernetes.io/instance'], 'radiology', kind);
          if (metadata.annotations?.[hook] === undefined) {
            assert.equal(metadata.labels?.['app.kubernetes.io/managed-by'], 'Helm', kind);
          }
        }
        for (const deployment of findAll(manifests, 'Deployment')) {
          const pod = at(deployment, 'spec.template.spec');
          const containers = [at(pod, 'containers.0'), at(pod, 'initContainers.0')];
          const mounts = containers.flatMap((one) => names(at(one, 'volumeMounts')));
          assert.deepEqual(new Set(names(at(pod, 'volumes'))), new Set(mounts));
        }
      });
    });
  }

  it('checks objects in earnest: an unknown field and a wrong type are told', async () => {
    const manifests = await render(least);
    const service = find(manifests, 'Service', 'radiology-lobar') as Manifest & { spec: object };
    assert.match(
      (await check({ ...service, spec: { ...service.spec, sort: 1 } } as Manifest)).join(),
      /sort/,
    );
    const pod = find(manifests, 'Pod') as Manifest & { spec: object };
    assert.match(
      (await check({ ...pod, spec: { ...pod.spec, nodeName: 1 } } as Manifest)).join(),
      /nodeName/,
    );
    const wrong = { ...pod, spec: { ...pod.spec, hostNetwork: true, securityContext: {} } } as Manifest;
    assert.deepEqual(againstRestricted(wrong), [
      'radiology-lobar-test: Host Namespaces',
      'radiology-lobar-test: Seccomp',
      'radiology-lobar-test: Running as Non-root',
    ]);
  });
});

function names(list: unknown): unknown[] {
  return ((list ?? []) as readonly object[]).map((one) => at(one, 'name'));
}
