import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkConfig, loadConfig, redactConfig } from '../src/config.ts';
import { LobarError } from '../src/errors.ts';

const pacs = { url: 'https://pacs.example.org/dicom-web' };
const ehr = { url: 'https://ehr.example.org/fhir', patientIdentifierSystem: 'urn:oid:1.2.3' };

describe('configuration', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-config-'));
  });
  after(() => rm(folder, { recursive: true }));

  const file = async (name: string, text: string) => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const mistakes = async (load: Promise<unknown> | (() => unknown)) => {
    try {
      await (typeof load === 'function' ? load() : load);
    } catch (error) {
      assert.ok(error instanceof LobarError, String(error));
      assert.equal(error.code, 'config-invalid');
      return error.message;
    }
    throw new Error('should have been refused');
  };

  it('needs nothing: every setting has a default, and it listens on loopback only', () => {
    const config = checkConfig({});
    assert.equal(config.http.host, '127.0.0.1');
    // PIPELINE.md 1
    assert.equal(config.eligibility.maxSliceThicknessMm, 3);
    assert.equal(config.eligibility.minCoverageMm, 150);
    assert.equal(config.eligibility.minAgeYears, 18);
    assert.equal(config.eligibility.minLungLitres, 0.5);
  });

  it('reads YAML, and JSON as YAML', async () => {
    const yaml = await loadConfig({ file: await file('a.yaml', `pacs:\n  main:\n    url: ${pacs.url}\n`) });
    const json = await loadConfig({ file: await file('a.json', JSON.stringify({ pacs: { main: pacs } })) });
    assert.deepEqual(yaml, json);
    assert.equal(yaml.pacs['main']?.timeouts.connect, 5);
  });

  it('lets variables overrule the file, also inside named endpoints', async () => {
    const config = await loadConfig({
      file: await file('b.yaml', 'http: { port: 1 }\n'),
      environment: {
        LOBAR_HTTP_PORT: '9000',
        LOBAR_LIMITS_IN_FLIGHT: '7',
        LOBAR_PACS_NIGHT_SHIFT_URL: pacs.url,
        LOBAR_PACS_NIGHT_SHIFT_TIMEOUTS_FIRST_BYTE: '2.5',
        HOME: '/not/ours',
      },
    });
    assert.equal(config.http.port, 9000);
    assert.equal(config.limits.inFlight, 7);
    assert.equal(config.pacs['night-shift']?.url, pacs.url);
    assert.equal(config.pacs['night-shift']?.timeouts.firstByte, 2.5);
  });

  it('ignores the variables that Kubernetes adds for a Service named lobar', async () => {
    await loadConfig({
      environment: {
        LOBAR_SERVICE_HOST: '10.0.0.1',
        LOBAR_SERVICE_PORT: '80',
        LOBAR_SERVICE_PORT_HTTP: '80',
        LOBAR_PORT: 'tcp://10.0.0.1:80',
        LOBAR_PORT_80_TCP_ADDR: '10.0.0.1',
      },
    });
  });

  it('reports every mistake at once, each with its path', async () => {
    const path = await file(
      'bad.yaml',
      'http: { port: nine }\nhttpp: {}\npacs: { main: { url: "ftp://x", extra: 1 }, "B B": {} }\nehr: { main: {} }\ninference: { provider: gpu }\n',
    );
    const text = await mistakes(loadConfig({ file: path, environment: { LOBAR_TYPO: '1' } }));
    for (const expected of [
      'LOBAR_TYPO: no such setting',
      'httpp: no such setting',
      'http.port: must be integer',
      'pacs.main.extra: no such setting',
      'pacs.main.url: must be an http or https URL',
      'pacs.B B: no such setting; names are',
      "ehr.main: must have required property 'url'",
      "ehr.main: must have required property 'patientIdentifierSystem'",
      'inference.provider: must be one of auto, cuda, webgpu, cpu',
    ]) {
      assert.ok(text.includes(expected), `${expected} in:\n${text}`);
    }
  });

  it('refuses an address with credentials: they would end up in logs', async () => {
    const text = await mistakes(() =>
      checkConfig({ pacs: { main: { url: 'https://user:pass@pacs.example.org/' } } }),
    );
    assert.match(text, /without credentials/);
    assert.ok(!text.includes('user:pass'));
  });

  it('names a file that is missing or is no YAML', async () => {
    assert.match(
      await mistakes(loadConfig({ file: join(folder, 'none.yaml') })),
      /none\.yaml: cannot be read \(ENOENT\)/,
    );
    assert.match(await mistakes(loadConfig({ file: await file('c.yaml', 'a: [1\n') })), /c\.yaml: /);
    assert.match(await mistakes(loadConfig({ file: await file('d.yaml', '- 1\n') })), /mapping/);
  });

  it('is shown without what looks like a secret', () => {
    const config = checkConfig({ pacs: { main: pacs }, ehr: { main: ehr } });
    const shown = JSON.stringify(
      redactConfig({ ...config, fhirBase: 'https://x', clientSecret: 'hush' } as typeof config),
    );
    assert.ok(!shown.includes('hush'));
    assert.ok(shown.includes('[redacted]'));
  });
});
