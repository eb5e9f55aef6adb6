import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig, loadConfig, redactConfig } from '../src/config.ts';

const oidc = { issuer: 'https://login.example.org/realms/hospital', audience: 'https://lobar.example.org' };
const tls = { certFile: '/tls.crt', keyFile: '/tls.key' };
const clientCertificates = { caFile: '/ca.crt' };

const refused = (settings: object, message: RegExp) =>
  assert.throws(() => checkConfig(settings), { code: 'config-invalid', message });

describe('Without authentication', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', 'localhost', 'LocalHost']) {
    it(`the service may listen on ${host}`, () => {
      assert.equal(checkConfig({ http: { host } }).http.host, host);
    });
  }

  for (const host of [
    '0.0.0.0',
    '::',
    '',
    '10.1.2.3',
    '::ffff:10.1.2.3',
    'localhost.example.org',
    '127.0.0.1.nip.io',
    '2130706433',
  ]) {
    it(`it may not listen on '${host}', which others reach`, () => {
      refused({ http: { host } }, /auth: without it http\.host must be a loopback address/);
    });
  }

  it('TLS alone is none', () => {
    refused({ http: { host: '0.0.0.0', tls } }, /auth: without it/);
  });

  it('no variable opens it either', async () => {
    await assert.rejects(loadConfig({ environment: { LOBAR_HTTP_HOST: '0.0.0.0' } }), {
      code: 'config-invalid',
    });
  });
});

describe('auth', () => {
  it('with an issuer or an authority lets the service listen anywhere', async () => {
    for (const auth of [{ oidc }, { clientCertificates }, { oidc, clientCertificates }]) {
      checkConfig({ http: { host: '0.0.0.0', tls }, auth });
    }
    const { auth } = await loadConfig({
      environment: {
        LOBAR_HTTP_HOST: '0.0.0.0',
        LOBAR_AUTH_OIDC_ISSUER: oidc.issuer,
        LOBAR_AUTH_OIDC_AUDIENCE: oidc.audience,
        LOBAR_AUTH_OIDC_SCOPES_ANALYZE: 'ct.analyze',
      },
    });
    assert.deepEqual(auth.oidc?.scopes, { analyze: 'ct.analyze', read: 'lobar.read' });
  });

  it('takes signatures of a private key only', () => {
    const { algorithms } = checkConfig({ auth: { oidc } }).auth.oidc ?? {};
    assert.deepEqual(algorithms, ['RS256', 'RS384', 'PS256', 'PS384', 'ES256', 'ES384']);
    for (const one of ['none', 'None', 'HS256', 'HS384', 'HS512', 'dir']) {
      refused(
        { auth: { oidc: { ...oidc, algorithms: ['RS256', one] } } },
        /algorithms\.1: must be one of RS256/,
      );
    }
    refused({ auth: { oidc: { ...oidc, algorithms: [] } } }, /auth\.oidc\.algorithms: /);
  });

  it('needs HTTPS for client certificates', () => {
    refused({ auth: { clientCertificates } }, /auth\.clientCertificates: needs http\.tls/);
  });

  it('needs the address of the service where the audience is none', () => {
    const entra = { ...oidc, audience: 'api://7d5e2f30' };
    refused({ auth: { oidc: entra } }, /auth\.oidc\.resource: is needed where audience is no URL/);
    checkConfig({ auth: { oidc: { ...entra, resource: 'https://lobar.example.org' } } });
  });

  it('names client certificates in one of two ways', () => {
    const clients = { 'CN=ehr': ['analyze'], 'URI:spiffe://example.org/ehr': ['read'], ehr: ['read'] };
    refused(
      { http: { tls }, auth: { clientCertificates: { ...clientCertificates, clients } } },
      /auth\.clientCertificates\.clients\.ehr: must be the name of a client certificate: CN=/,
    );
  });

  it('holds no secret to be hidden', () => {
    const config = checkConfig({ http: { tls }, auth: { oidc, clientCertificates } });
    assert.deepEqual(redactConfig(config), JSON.parse(JSON.stringify(config)));
  });
});
