import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkConfig } from '../../src/config.ts';
import { openService, type Service } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { clientAuthority, ehrCertificate } from '../http/support/client-certificates.ts';
import { audience, openTokenIssuer, type TokenIssuer } from '../http/support/token-issuer.ts';
import { at, find, helmMissing, render } from './helm.ts';
import { runScript } from './run-script.ts';
import { certificates, least, matrix } from './some-values.ts';

const demo = fileURLToPath(new URL('../../src/sandbox/demo-study/images', import.meta.url));

describe('what helm test runs', () => {
  let folder = '';
  let service: Service;
  let issuer: TokenIssuer;
  const opened = new AsyncDisposableStack();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-helm-test-'));
    opened.defer(() => rm(folder, { recursive: true }));
    issuer = await openTokenIssuer({ after: (end) => opened.defer(async () => void (await end())) });
    const write = async (name: string, text: string) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const tls = {
      certFile: await write('serving.crt', loopbackCertificate.cert),
      keyFile: await write('serving.key', loopbackCertificate.key),
    };
    const caFile = await write('clients.crt', clientAuthority);
    service = await openService(
      checkConfig({
        http: { port: 0, tls },
        auth: { oidc: { issuer: issuer.url, audience }, clientCertificates: { caFile } },
      }),
      createLogger('silent'),
    );
    opened.defer(() => service.close());
  });
  after(() => opened.disposeAsync());

  /** With a Secret that holds these files. */
  async function runTest(secret: Record<string, string>, environment: Record<string, string> = {}) {
    const credentials = await mkdtemp(join(folder, 'secret-'));
    for (const [name, text] of Object.entries(secret)) await writeFile(join(credentials, name), text);
    return runScript('analyze-demo.mjs', [], {
      LOBAR_URL: service.url,
      STUDY_FOLDER: demo,
      CREDENTIALS_FOLDER: credentials,
      ...environment,
    });
  }
  const authority = { 'ca.crt': loopbackCertificate.cert };

  it('has the demo phantom analysed, with a token that it gets by a client secret, over TLS', async () => {
    const { code, out, said } = await runTest(
      { ...authority, 'client-secret': 'secret-of-the-client\n' },
      { TOKEN_URL: `${issuer.url}/token`, CLIENT_ID: 'ehr-1', SCOPE: 'lobar.analyze', RESOURCE: audience },
    );
    assert.equal(said, '');
    assert.equal(code, 0);
    // By truth.json: covid-19, 8.9 % of 3692 mL.
    const [, decision, percent, lungMl] =
      /^The demo phantom was analysed: (\S+), severity .*\n([\d.]+) % of (\d+) mL lung\n/.exec(out) ?? [];
    assert.equal(decision, 'covid-19');
    assert.ok(Math.abs(Number(percent) - 8.9) < 4, out);
    assert.ok(Math.abs(Number(lungMl) / 3692 - 1) < 0.1, out);
    assert.match(out, / on cpu\n/);
  });

  it('fails where the study is not analysed, though the service answers 200: a localizer alone', async () => {
    const only = { STUDY_FOLDER: join(demo, '1-localizer') };
    const { code, said } = await runTest({ ...authority, token: `${await issuer.token()}\n` }, only);
    assert.match(said, /The demo phantom was not analysed: ineligible/);
    assert.equal(code, 1);
  });

  it('may show a client certificate instead', async () => {
    const secret = { ...authority, 'tls.crt': ehrCertificate.cert, 'tls.key': ehrCertificate.key };
    const { said } = await runTest(secret, { STUDY_FOLDER: join(demo, '1-localizer') });
    assert.match(said, /not analysed: ineligible/, 'it was let in');
  });

  const failing: readonly (readonly [string, Record<string, string>, Record<string, string>, RegExp])[] = [
    [
      'it has no credentials',
      authority,
      {},
      /^HTTP 40[13] .*\nName a Secret with a token.* tests\.existingSecret/,
    ],
    ['the token is none', { ...authority, token: 'x' }, {}, /^HTTP 401 .*token-invalid/],
    ['the certificate of the service is not trusted', {}, {}, /^127\.0\.0\.1:\d+: self-signed certificate/],
    ['nobody is there', {}, { LOBAR_URL: 'http://127.0.0.1:9' }, /^127\.0\.0\.1:9: .*ECONNREFUSED/],
    [
      'the issuer gives no token',
      { ...authority, 'client-secret': 'wrong' },
      { CLIENT_ID: 'ehr-1' },
      /^The issuer gave no token: HTTP 401/,
    ],
  ];
  for (const [why, secret, environment, told] of failing) {
    it(`fails and says why where ${why}`, async () => {
      const more = 'CLIENT_ID' in environment ? { TOKEN_URL: `${issuer.url}/token` } : {};
      const { code, said } = await runTest(secret, { ...environment, ...more });
      assert.match(said, told);
      assert.equal(code, 1);
    });
  }
});

describe('the pod of helm test', { skip: helmMissing }, () => {
  const environment = (values: object) =>
    render(values).then(
      (manifests) =>
        new Map(
          (at(find(manifests, 'Pod'), 'spec.containers.0.env') as readonly object[]).map((one) => [
            at(one, 'name'),
            at(one, 'value'),
          ]),
        ),
    );

  it('asks the Service of the release, and is run by helm test only', async () => {
    assert.equal((await environment(least)).get('LOBAR_URL'), 'http://radiology-lobar.imaging.svc:8080');
    const secured = await environment(certificates);
    assert.equal(secured.get('LOBAR_URL'), 'https://radiology-lobar.imaging.svc:8080');
    for (const kind of ['Pod', 'ConfigMap']) {
      const name = 'radiology-lobar-test';
      const { annotations } = find(await render(least), kind, name).metadata;
      assert.equal(annotations?.['helm.sh/hook'], 'test', kind);
    }
  });

  it('runs where pods of the release may run, like the watch', async () => {
    const where = {
      nodeSelector: { zone: 'a' },
      tolerations: [{ key: 'imaging', operator: 'Exists' }],
      priorityClassName: 'imaging',
    };
    const pod = find(await render({ ...least, ...where }), 'Pod');
    for (const [key, value] of Object.entries(where)) assert.deepEqual(at(pod, `spec.${key}`), value);
  });

  it('gets its Secret and who it is', async () => {
    const values = matrix['all that can be added'] ?? {};
    const pod = find(await render(values), 'Pod');
    assert.equal(at(pod, 'spec.volumes.1.secret.secretName'), 'lobar-test');
    const given = await environment(values);
    assert.equal(given.get('CREDENTIALS_FOLDER'), at(pod, 'spec.containers.0.volumeMounts.1.mountPath'));
    assert.equal(given.get('TOKEN_URL'), 'https://login.example.org/token');
    assert.equal(given.get('SCOPE'), 'lobar.analyze');
  });
});
