import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { sandboxPatientSystem } from '../../src/cli/open-sandbox.ts';
import { loadConfig } from '../../src/config.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(root, file), 'utf8');

interface Service {
  readonly image: string;
  readonly mem_limit?: string;
  readonly build?: object;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}
const { services } = parse(await read('compose.yaml')) as { services: Readonly<Record<string, Service>> };

describe('compose.yaml', () => {
  it('mounts files that are there, and only to be read', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    assert.ok(mounts.length >= 5);
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':');
      assert.equal(mode, 'ro', mount);
      // The dashboards come with the chart.
      assert.ok(existsSync(join(root, source)), source);
    }
  });

  it('names each image of others by a version, and opens no port to the network', () => {
    for (const [name, { image, ports = [] }] of Object.entries(services)) {
      if (!image.startsWith('lobar:'))
        assert.match(image, /^docker\.io\/[a-z]+\/[a-z]+:v?\d+\.\d+\.\d+/, name);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
    }
    // Nobody is asked who he is.
    assert.equal(services['lobar']?.ports, undefined);
  });

  it('comes with a configuration that Lobar takes, for the services that are there', async () => {
    const config = await loadConfig({ file: join(root, 'compose/lobar.yaml'), environment: {} });
    const hosts = [config.pacs['main']?.url, config.ehr['main']?.url].map(
      (url) => new URL(url ?? '').hostname,
    );
    assert.deepEqual(hosts, ['orthanc', 'hapi']);
    for (const host of hosts) assert.ok(host in services, host);
    // load-demo.ts runs where src/cli need not be.
    assert.equal(config.ehr['main']?.patientIdentifierSystem, sandboxPatientSystem);
    assert.ok((await read('compose/load-demo.ts')).includes(`'${sandboxPatientSystem}'`));

    const prometheus = parse(await read('compose/prometheus.yaml')) as {
      rule_files: string[];
      scrape_configs: [{ static_configs: [{ targets: string[] }] }];
    };
    // The alerts of the chart: folders are mounted whole.
    const folders = services['prometheus']?.volumes?.map((mount) => mount.split(':').slice(0, 2)) ?? [];
    const rules = folders.find(([source]) => source === './charts/lobar/rules')?.[1];
    assert.deepEqual(prometheus.rule_files, [`${rules}/*.yaml`]);
    assert.deepEqual(prometheus.scrape_configs[0].static_configs[0].targets, [
      `lobar:${config.metrics.port}`,
    ]);
  });

  it('has Lobar know how much memory there is for it, so that it need not be killed for taking more', () => {
    assert.equal(services['lobar']?.mem_limit, '4g');
  });

  it('tells how to ask for the study that is in the image', async () => {
    assert.ok((await read('compose.yaml')).includes(demoStudy.studyInstanceUid));
  });
});
