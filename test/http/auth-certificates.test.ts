import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { otherCertificate } from '../outbound/support/other-certificate.ts';
import { scratch } from '../outbound/support/transport-at.ts';
import { openAuthApp } from './support/auth-app.ts';
import {
  clientAuthority,
  ehrCertificate,
  expiredCertificate,
  serverOnlyCertificate,
  viewerCertificate,
} from './support/client-certificates.ts';
import { audience, openTokenIssuer } from './support/token-issuer.ts';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Lobar over HTTPS, with the files that it serves from. */
async function appOf(t: TestContext, clients?: object, oidc?: object) {
  const { write } = await scratch(t);
  const tls = {
    certFile: await write('tls.crt', loopbackCertificate.cert),
    keyFile: await write('tls.key', loopbackCertificate.key),
  };
  const caFile = await write('clients.crt', clientAuthority);
  const clientCertificates = { caFile, ...(clients === undefined ? {} : { clients }) };
  const auth = { clientCertificates, ...(oidc === undefined ? {} : { oidc }) };
  const app = await openAuthApp(t, { http: { port: 0, tls }, auth });
  return { ...app, write };
}

/** What a client is told that shows this certificate, or none. */
async function ask(t: TestContext, url: string, shown?: Pair, headers: Record<string, string> = {}) {
  const agent = new Agent({ connect: { ca: [loopbackCertificate.cert, otherCertificate.cert], ...shown } });
  t.after(() => agent.close());
  const answer = await request(`${url}/v1/models`, { dispatcher: agent, headers });
  const { code = '', detail } = (await answer.body.json()) as { code?: string; detail?: string };
  return { said: `${answer.statusCode} ${code}`.trim(), detail, headers: answer.headers };
}

describe('A client certificate', () => {
  it('of the authority lets in, and nobody comes in without', async (t) => {
    const { url, log } = await appOf(t);
    assert.match(url, /^https:/);
    assert.equal((await ask(t, url, ehrCertificate)).said, '200');
    const { said, detail, headers } = await ask(t, url);
    assert.equal(said, '403 certificate-refused');
    assert.match(detail ?? '', /none was sent/);
    assert.equal(headers['www-authenticate'], undefined);
    assert.match(log.text(), /"client":"certificate"/);
    assert.ok(!log.text().includes('ehr.example.org'));
  });

  const refused: readonly (readonly [what: string, shown: Pair, why: RegExp])[] = [
    ['of another authority', otherCertificate, /not trusted/],
    ['that signed itself', loopbackCertificate, /not trusted/],
    ['that has expired', expiredCertificate, /CERT_HAS_EXPIRED/],
    ['that is for servers', serverOnlyCertificate, /INVALID_PURPOSE/],
  ];
  for (const [what, shown, why] of refused) {
    it(`${what} is refused`, async (t) => {
      const { url } = await appOf(t);
      const { said, detail } = await ask(t, url, shown);
      assert.equal(said, '403 certificate-refused');
      assert.match(detail ?? '', why);
    });
  }

  it('is not needed for what is public: a platform asks after health without', async (t) => {
    const { url } = await appOf(t);
    const agent = new Agent({ connect: { ca: loopbackCertificate.cert } });
    t.after(() => agent.close());
    const answer = await request(`${url}/health/ready`, { dispatcher: agent });
    assert.equal(answer.statusCode, 200);
    await answer.body.dump();
  });

  it('may do what is said of its common name or its URI, where anything is said', async (t) => {
    const { url } = await appOf(t, { 'URI:spiffe://example.org/ehr': ['analyze'] });
    assert.equal((await ask(t, url, ehrCertificate)).said, '200');
    assert.equal((await ask(t, url, viewerCertificate)).said, '403 certificate-refused');
    const { url: named } = await appOf(t, { 'CN=ehr.example.org': [], 'CN=viewer.example.org': ['read'] });
    assert.equal((await ask(t, named, viewerCertificate)).said, '200');
    assert.equal((await ask(t, named, ehrCertificate)).said, '403 certificate-refused');
  });

  it('that may read may not have studies analysed', async (t) => {
    const { url } = await appOf(t, { 'CN=viewer.example.org': ['read'] });
    const agent = new Agent({ connect: { ca: loopbackCertificate.cert, ...viewerCertificate } });
    t.after(() => agent.close());
    const answer = await request(`${url}/v1/analyses`, { dispatcher: agent, method: 'POST' });
    assert.equal(answer.statusCode, 403);
    assert.equal(((await answer.body.json()) as { code: string }).code, 'scope-insufficient');
  });

  it('is enough beside tokens, and a token is enough without; one that is wrong is not made good by it', async (t) => {
    const issuer = await openTokenIssuer(t);
    const { url } = await appOf(t, undefined, { issuer: issuer.url, audience });
    const token = { authorization: `Bearer ${await issuer.token()}` };
    assert.equal((await ask(t, url, ehrCertificate)).said, '200');
    assert.equal((await ask(t, url, undefined, token)).said, '200');
    assert.equal((await ask(t, url, otherCertificate, token)).said, '200');
    assert.equal((await ask(t, url, otherCertificate)).said, '403 certificate-refused');
    const wrong = { authorization: 'Bearer wrong' };
    assert.equal((await ask(t, url, ehrCertificate, wrong)).said, '401 token-invalid');
    const { said, detail, headers } = await ask(t, url);
    assert.equal(said, '401 credentials-missing');
    assert.match(detail ?? '', /or a client certificate/);
    assert.match(String(headers['www-authenticate']), /^Bearer realm="lobar"/);
  });
});

describe('The certificate of the service', () => {
  it('is the new one after its files were written over, and stays while only one of them was', async (t) => {
    const { url, write } = await appOf(t);
    const serial = ({ cert }: Pair) => new X509Certificate(cert).serialNumber;
    assert.equal(await serialShown(url), serial(loopbackCertificate));
    await write('tls.crt', otherCertificate.cert);
    assert.equal(await serialShown(url), serial(loopbackCertificate));
    await write('tls.key', otherCertificate.key);
    assert.equal(await serialShown(url), serial(otherCertificate));
    assert.equal((await ask(t, url, ehrCertificate)).said, '200', 'clients are judged as before');
  });

  it('is shown beside a new authority of clients, once its file was written over', async (t) => {
    const { url, write } = await appOf(t);
    assert.equal((await ask(t, url, ehrCertificate)).said, '200');
    await write('clients.crt', otherCertificate.cert);
    assert.equal((await ask(t, url, ehrCertificate)).said, '403 certificate-refused');
    assert.equal((await ask(t, url, otherCertificate)).said, '200');
  });

  it('keeps the service from starting where it cannot be used', async (t) => {
    const { write } = await scratch(t);
    const certFile = await write('tls.crt', loopbackCertificate.cert);
    const keyFile = await write('tls.key', otherCertificate.key);
    await assert.rejects(openAuthApp(t, { http: { port: 0, tls: { certFile, keyFile } } }), {
      code: 'config-invalid',
      message: /http\.tls\.keyFile: is not the key of the certificate in certFile/,
    });
  });
});

/** Of the certificate that a new connection is shown. */
function serialShown(url: string): Promise<string | undefined> {
  const { hostname: host, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
    resolve(socket.getPeerX509Certificate()?.serialNumber);
    socket.destroy();
  });
  socket.on('error', reject);
  return promise;
}
