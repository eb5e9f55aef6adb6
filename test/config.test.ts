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

  it('takes a variable for the longest path that it may name, not for a PACS of a longer name', async () => {
    const { pacs: found } = await loadConfig({
      environment: {
        LOBAR_PACS_MAIN_URL: pacs.url,
        LOBAR_PACS_MAIN_TLS_CA_FILE: '/pacs.pem',
        LOBAR_PACS_MAIN_OAUTH2_TOKEN_URL: 'https://login.example.org/token',
        LOBAR_PACS_MAIN_OAUTH2_CLIENT_ID: 'lobar',
        LOBAR_PACS_MAIN_OAUTH2_CLIENT_SECRET_FILE: '/secret',
        LOBAR_PACS_MAIN_OAUTH2_TLS_CA_FILE: '/login.pem',
      },
    });
    assert.deepEqual(Object.keys(found), ['main']);
    assert.deepEqual(found['main']?.tls, { caFile: '/pacs.pem', insecure: false });
    assert.equal(found['main']?.oauth2?.tokenUrl, 'https://login.example.org/token');
    assert.deepEqual(found['main']?.oauth2?.tls, { caFile: '/login.pem', insecure: false });
  });

  // https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
  for (const service of ['LOBAR', 'LOBAR_METRICS', 'LOBAR_HTTP', 'LOBAR_PACS_MAIN']) {
    it(`ignores the variables that Kubernetes adds for a Service, as ${service}_PORT`, async () => {
      const environment = {
        [`${service}_SERVICE_HOST`]: '10.0.0.11',
        [`${service}_SERVICE_PORT`]: '6379',
        [`${service}_SERVICE_PORT_SCRAPE`]: '6379',
        [`${service}_PORT`]: 'tcp://10.0.0.11:6379',
        [`${service}_PORT_6379_TCP`]: 'tcp://10.0.0.11:6379',
        [`${service}_PORT_6379_TCP_PROTO`]: 'tcp',
        [`${service}_PORT_6379_TCP_PORT`]: '6379',
        [`${service}_PORT_6379_TCP_ADDR`]: '10.0.0.11',
        [`${service}_PORT_53_UDP`]: 'udp://10.0.0.11:53',
      };
      assert.deepEqual(await loadConfig({ environment }), await loadConfig({ environment: {} }));
    });
  }

  it('takes for no link what only looks like one', async () => {
    const pacs = { LOBAR_PACS_SERVICE_PORT_URL: 'http://10.0.0.1/dicom-web' };
    const config = await loadConfig({ environment: { ...pacs, LOBAR_METRICS_PORT: '9100' } });
    assert.equal(config.pacs['service-port']?.url, pacs.LOBAR_PACS_SERVICE_PORT_URL);
    assert.equal(config.metrics.port, 9100);
    const mistaken = { LOBAR_METRICS_PORT: 'http://10.0.0.1', LOBAR_PORT: '8080' };
    const text = await mistakes(loadConfig({ environment: mistaken }));
    for (const expected of ['metrics.port: must be integer', 'LOBAR_PORT: no such setting']) {
      assert.ok(text.includes(expected), text);
    }
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

  it('refuses what cannot be used towards an endpoint, all at once, and quotes no secret', async () => {
    const text = await mistakes(() =>
      checkConfig({
        http: { port: 'nine' },
        pacs: {
          main: {
            ...pacs,
            bearerTokenFile: 'a',
            basic: { username: 'b', passwordFile: 'c' },
            headers: {
              Authorization: 'hush',
              'accept-encoding': 'gzip',
              'X Y': 'hush',
              'X-Z': 'hush\n',
              'X-Ok': 'hush',
            },
            tls: { certFile: 'd' },
          },
        },
        ehr: { main: { ...ehr, tls: { keyFile: 'e' } } },
        audit: { whenDown: 'required', log: true },
        egress: { blockedAddresses: ['10.0.0.0/8', '10.0.0.0/33', 'localhost'] },
        proxy: { http: 'socks5://me:hush@proxy:1080', https: 'http://proxy:3128/path' },
      }),
    );
    for (const expected of [
      'http.port: must be integer',
      'pacs.main: has more than one of bearerTokenFile, basic, oauth2; keep one of them',
      'pacs.main.headers.Authorization: must be the name of a header (RFC 9110 5.1), and not of one that Lobar sets',
      'pacs.main.headers.accept-encoding: must be the name of a header',
      'pacs.main.headers.X Y: must be the name of a header',
      'pacs.main.headers.X-Z: must match pattern',
      'pacs.main.tls: must have property keyFile when property certFile is present',
      'ehr.main.tls: must have property certFile when property keyFile is present',
      'audit.whenDown: required needs audit.fhir',
      'egress.blockedAddresses.1: must be an IPv4 or IPv6 address, or a range',
      'egress.blockedAddresses.2: must be an IPv4 or IPv6 address, or a range',
      'proxy.http: must be an http or https URL of a host and a port',
      'proxy.https: must be an http or https URL of a host and a port',
    ]) {
      assert.ok(text.includes(expected), `${expected} in:\n${text}`);
    }
    assert.match(text, /has 13 mistake/);
    assert.doesNotMatch(text, /hush/);
  });

  describe('of proxies', () => {
    const proxyOf = async (environment: Record<string, string>, yaml = '{}') =>
      (await loadConfig({ file: await file('proxy.yaml', yaml), environment })).proxy;

    it('comes from the environment, where lower case is first and an empty variable is none', async () => {
      const environment = {
        http_proxy: 'http://lower:1',
        HTTP_PROXY: 'http://upper:1',
        HTTPS_PROXY: 'http://upper:2',
        no_proxy: '',
        NO_PROXY: 'example.org',
      };
      assert.deepEqual(await proxyOf(environment), { http: 'http://lower:1', https: 'http://upper:2' });
      assert.deepEqual(await proxyOf({}), {});
    });

    it('may be host:port alone in the environment, as curl takes it', async () => {
      const environment = { HTTP_PROXY: 'proxy:3128', https_proxy: 'me:p%40ss@proxy.example.org:3128/' };
      assert.deepEqual(await proxyOf(environment), {
        http: 'http://proxy:3128',
        https: 'http://me:p%40ss@proxy.example.org:3128/',
      });
    });

    it('is a mistake of the variable that names no proxy, unless a setting overrules it', async () => {
      const environment = { HTTP_PROXY: 'socks5://me:hush@proxy:1080', https_proxy: 'proxy', NO_PROXY: '*' };
      const text = await mistakes(proxyOf(environment));
      assert.match(text, /has 2 mistake/);
      assert.match(text, /^ {2}HTTP_PROXY: must be host:port, or an http or https URL/m);
      assert.match(text, /^ {2}https_proxy: must be host:port/m);
      assert.doesNotMatch(text, /hush|proxy\.http/);
      const yaml = 'proxy: { http: "http://file:1", https: "http://file:2" }';
      assert.equal((await proxyOf(environment, yaml)).http, 'http://file:1');
    });

    it('is overruled by the file, and the file by LOBAR_* variables', async () => {
      const yaml = 'proxy: { http: "http://file:1", https: "http://file:2" }';
      const environment = {
        HTTP_PROXY: 'http://environment:1',
        NO_PROXY: 'example.org',
        LOBAR_PROXY_HTTPS: 'http://lobar:2',
      };
      assert.deepEqual(await proxyOf(environment, yaml), {
        http: 'http://file:1',
        https: 'http://lobar:2',
        noProxy: 'example.org',
      });
    });
  });

  describe('of traces', () => {
    const tracingOf = async (environment: Record<string, string>, yaml = '{}') =>
      (await loadConfig({ file: await file('tracing.yaml', yaml), environment })).tracing;
    const standard = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://standard:4318',
      OTEL_SERVICE_NAME: 'lobar-night',
    };

    it('is off, and comes from the variables of OpenTelemetry, of which an empty one is none', async () => {
      assert.deepEqual(await tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }), {
        sampleRatio: 1,
        serviceName: 'lobar',
        headers: {},
      });
      const { endpoint, serviceName } = await tracingOf(standard);
      assert.deepEqual([endpoint, serviceName], ['http://standard:4318', 'lobar-night']);
    });

    it('is overruled by the file, and the file by LOBAR_* variables', async () => {
      const yaml = 'tracing: { endpoint: "http://file:1", serviceName: file }';
      const environment = { ...standard, LOBAR_TRACING_ENDPOINT: 'http://lobar:2' };
      const { endpoint, serviceName } = await tracingOf(environment, yaml);
      assert.deepEqual([endpoint, serviceName], ['http://lobar:2', 'file']);
    });

    it('is a mistake of the variable, without its value, where that is no address', async () => {
      const text = await mistakes(tracingOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:hush@collector' }));
      assert.match(
        text,
        /^ {2}OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https URL without credentials/m,
      );
      assert.doesNotMatch(text, /hush/);
    });
  });

  it('names what the watch names and nobody has configured, and an encryption of nothing', () => {
    const mistakes = (config: object) => {
      try {
        checkConfig(config);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (const [setting, section] of [
      ['pacs', 'pacs'],
      ['ehr', 'ehr'],
      ['callback', 'callbacks'],
    ] as const) {
      assert.match(
        mistakes({ watch: { [setting]: 'nope' } }),
        new RegExp(`watch\\.${setting}: none of that name is configured in ${section}\\. Known: none`),
      );
    }
    const main = { url: 'https://pacs.example.org' };
    assert.equal(mistakes({ watch: { pacs: 'main' }, pacs: { main } }), '');
    assert.match(
      mistakes({ queue: { encryption: { keyFiles: ['/key'] } } }),
      /queue\.encryption: needs queue\.url/,
    );
  });

  it('has studies remembered for longer than they are looked at', async () => {
    const days = (rememberDays: number) => ({
      queue: { rememberDays },
      watch: { receivedWithinHours: 72 },
    });
    assert.equal(checkConfig(days(3.1)).queue.rememberDays, 3.1);
    assert.throws(
      () => checkConfig(days(3)),
      /queue\.rememberDays: must be longer than watch\.receivedWithinHours/,
    );
  });

  it('is shown without the values of headers and the credentials of proxies', () => {
    const config = checkConfig({
      pacs: { main: { ...pacs, headers: { 'X-Api-Key': 'hush' } } },
      proxy: { http: 'http://me:hush@proxy:3128', https: 'http://proxy:3128' },
      tracing: { headers: { 'X-Api-Key': 'hush' } },
    });
    const shown = redactConfig(config) as typeof config;
    assert.deepEqual(shown.pacs['main']?.headers, { 'X-Api-Key': '[redacted]' });
    assert.deepEqual(shown.proxy, { http: 'http://[redacted]@proxy:3128', https: 'http://proxy:3128' });
    assert.doesNotMatch(JSON.stringify(shown), /hush/);
  });
});
