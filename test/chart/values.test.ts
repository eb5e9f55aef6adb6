import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { chartFolder } from './chart-folder.ts';
import { chartReadme, describedValues, readmeFile } from './chart-readme.ts';
import { openCheck } from './check-manifest.ts';
import { configOf } from './config-of.ts';
import { at, find, findAll, helmMissing, helms, refusal, render } from './helm.ts';
import { againstRestricted } from './restricted.ts';
import { least, matrix } from './some-values.ts';
import { schemaFile, valuesSchema } from './values-schema.ts';

const valuesText = await readFile(join(chartFolder, 'values.yaml'), 'utf8');
const schema = JSON.parse(await readFile(schemaFile, 'utf8'));

describe('the values of the chart', () => {
  it('have the configuration of Lobar in their schema (npm run chart:schema)', async () => {
    assert.equal(await readFile(schemaFile, 'utf8'), await valuesSchema());
  });

  it('are described in the README (npm run chart:readme)', async () => {
    assert.equal(await readFile(readmeFile, 'utf8'), await chartReadme());
  });

  it('have a comment, a default and a place in the schema each', () => {
    const values = parse(valuesText) as object;
    const described = new Set(describedValues(valuesText).map(({ path }) => path));
    const told = (path: string) =>
      path.split('.').some((_, index, steps) => described.has(steps.slice(0, index + 1).join('.')));
    assert.deepEqual(
      leavesOf(values).filter((path) => !told(path)),
      [],
    );
    // The schema knows what values.yaml shows, and values.yaml shows what the schema knows.
    for (const [key, inner] of Object.entries(schema.properties as Record<string, object>)) {
      if (key === 'config' || key === 'global') continue;
      assert.deepEqual(
        leavesOfSchema(inner, key, values).filter((path) => at(values, path) === undefined),
        [],
        key,
      );
    }
  });

  it('are closed at every level that is the chart’s own', () => {
    const open: string[] = [];
    const look = (one: unknown, path: string) => {
      if (typeof one !== 'object' || one === null) return;
      if (at(one, 'properties') !== undefined && at(one, 'additionalProperties') === undefined)
        open.push(path);
      for (const [key, inner] of Object.entries(one)) {
        if (!['if', 'then'].includes(key)) look(inner, `${path}/${key}`);
      }
    };
    look({ ...schema, properties: { ...schema.properties, config: {} } }, '');
    // A variable has forms of Kubernetes' own beside its name.
    assert.deepEqual(open, ['/definitions/env/items']);
  });

  it('of every case in these tests satisfy the schema, read by another validator than Helm’s', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
    for (const [name, values] of Object.entries(matrix)) {
      assert.ok(validate(values), `${name}: ${JSON.stringify(validate.errors)}`);
    }
    assert.ok(validate(parse(valuesText)), JSON.stringify(validate.errors));
  });

  it('have the version of Lobar', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    const chart = parse(await readFile(join(chartFolder, 'Chart.yaml'), 'utf8')) as Record<string, string>;
    assert.equal(chart['appVersion'], version);
  });
});

/** Value and what a message about it must name. */
const refused: Readonly<Record<string, readonly [object, RegExp]>> = {
  'a misspelt value': [{ replicas: 3 }, /replicas/],
  'a misspelt setting of Lobar': [{ config: { limits: { inflight: 3 } } }, /inflight/],
  'a setting of the wrong type': [{ config: { http: { port: 'eighty' } } }, /port/],
  'no limit of memory': [{ resources: { limits: { memory: null } } }, /memory/],
  'two sources of one secret': [
    { secrets: { a: { existingSecret: 'b', existingConfigMap: 'c' } } },
    /secrets.a|secrets\/a/,
  ],
  'a secret itself': [{ secrets: { a: { token: 'canary' } } }, /token/],
  'a model without a checksum': [
    {
      models: { source: 'download', download: { files: [{ url: 'https://a.example.org/b', path: 'c/d' }] } },
    },
    /sha256/,
  ],
  'a model that leads out of its folder': [
    {
      models: {
        source: 'download',
        download: { files: [{ url: 'https://a.example.org/b', path: '../d', sha256: '0'.repeat(64) }] },
      },
    },
    /path/,
  ],
  'an Ingress for no host': [{ ingress: { enabled: true } }, /hosts/],
  'a source of models that does not exist': [{ models: { source: 'ftp' } }, /source/],
  'a label by which a Deployment finds its pods': [
    { podLabels: { 'app.kubernetes.io/component': 'x' } },
    /podLabels/,
  ],
  'a path of an Ingress, as Lobar has the root of a host': [{ ingress: { path: '/lobar' } }, /path/],
  'a digest that is none': [{ image: { digest: 'latest' } }, /digest/],
};

describe('values that are wrong are refused by the schema', { skip: helmMissing }, () => {
  for (const [name, [values, told]] of Object.entries(refused)) {
    it(name, async () => {
      for (const helm of helms) {
        const text = await refusal({ ...least, ...values }, { helm });
        assert.match(text, /values don't meet the specifications of the schema/);
        assert.match(text, told);
        assert.doesNotMatch(text, /canary/);
      }
    });
  }
});

describe('values-prod.yaml', { skip: helmMissing }, () => {
  it('is taken by both Helms and by Lobar, and runs restricted', async () => {
    const options = { valuesFiles: ['values-prod.yaml'] };
    const manifests = await render({}, options);
    assert.deepEqual(await render({}, { ...options, helm: 'helm-3' }), manifests);
    const check = openCheck();
    for (const manifest of manifests) assert.deepEqual(await check(manifest), [], manifest.kind);
    const pods = manifests.filter(({ kind }) => ['Deployment', 'Pod'].includes(kind));
    assert.deepEqual(pods.flatMap(againstRestricted), []);
    const config = await configOf(manifests);
    assert.equal(config.audit.whenDown, 'required');
    assert.equal(config.watch.publish, false);
  });

  it('has one of everything that a hospital needs', async () => {
    const manifests = await render({}, { valuesFiles: ['values-prod.yaml'] });
    const counts = Object.entries(Object.groupBy(manifests, ({ kind }) => kind)).map(
      ([kind, all]) => `${kind} ${all?.length}`,
    );
    assert.deepEqual(counts.sort(), [
      'ConfigMap 3',
      'Deployment 2',
      'HTTPRoute 1',
      'NetworkPolicy 3',
      'Pod 1',
      'PodDisruptionBudget 1',
      'PrometheusRule 1',
      'ScaledObject 1',
      'Service 2',
      'ServiceAccount 1',
      'ServiceMonitor 1',
    ]);
    // What it names, a Secret holds that somebody else makes.
    assert.deepEqual(findAll(manifests, 'Secret'), []);
    assert.equal(at(find(manifests, 'Service', 'radiology-lobar'), 'spec.ports.0.name'), 'https');
  });
});

/** Paths of what is no mapping, or an empty one. */
function leavesOf(value: unknown, path = ''): string[] {
  const inner =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (inner.length === 0) return [path];
  return inner.flatMap(([key, one]) => leavesOf(one, path === '' ? key : `${path}.${key}`));
}

/** The same of a schema; what values.yaml has an empty mapping for is a leaf. */
function leavesOfSchema(one: object, path: string, values: object): string[] {
  const properties = Object.entries((at(one, 'properties') ?? {}) as Record<string, object>);
  if (properties.length === 0 || JSON.stringify(at(values, path)) === '{}') return [path];
  return properties.flatMap(([key, inner]) => leavesOfSchema(inner, `${path}.${key}`, values));
}
