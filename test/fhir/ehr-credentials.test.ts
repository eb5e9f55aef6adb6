import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { ServerOptions } from 'node:https';
import { describe, it, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { checkConfig } from '../../src/config.ts';
import { LobarError } from '../../src/errors.ts';
import { openEhr } from '../../src/fhir/open-ehr.ts';
import { publishFindings } from '../../src/fhir/publish-findings.ts';
import { openPublishedKeys } from '../../src/outbound/published-keys.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { allOf } from '../outbound/support/canaries.ts';
import { otherCertificate } from '../outbound/support/other-certificate.ts';
import { ecKey, pemOf } from '../outbound/support/private-keys.ts';
import { answers, serve, serveTokens } from '../outbound/support/servers.ts';
import { scratch } from '../outbound/support/transport-at.ts';
import { type OidcIssuer, openOidcIssuer } from '../support/oidc-issuer.ts';
import { applied, canaryPatient, fhirBase, json, outcome, patientSystem, searchset } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

type Check = (request: IncomingMessage) => boolean | Promise<boolean>;

/** A FHIR server that answers whom `check` lets in, and 401 to others; it says where its tokens come from. */
async function guardedEhr(
  t: TestContext,
  check: Check,
  options: { readonly tokenUrl?: () => string; readonly tls?: ServerOptions } = {},
) {
  const seen: { path: string; authorization: string | undefined }[] = [];
  const listener: RequestListener = async (request, response) => {
    const { url: path = '', headers, method } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (path === '/fhir/.well-known/smart-configuration') {
      return json(200, { token_endpoint: options.tokenUrl?.() })(request, response, '');
    }
    seen.push({ path, authorization: headers.authorization });
    const patients = path.startsWith('/fhir/Patient?');
    const answer = !(await check(request))
      ? json(401, outcome(`${headers.authorization} is not known`))
      : method === 'POST'
        ? applied
        : path.includes('?')
          ? json(200, searchset(patients ? [canaryPatient] : []))
          : json(404, outcome('not there'));
    answer(request, response, Buffer.concat(chunks).toString());
  };
  const { url } = await serve(t, listener, options.tls);
  return { url: `${url}/fhir`, seen };
}

/** Publishes into a server with these credentials. */
async function publishWith(t: TestContext, url: string, credentials: object) {
  const settings = { url, patientIdentifierSystem: patientSystem, writeMode: 'put-id', ...credentials };
  const config = checkConfig({ ehr: { main: settings } });
  const { main } = config.ehr;
  assert.ok(main);
  const ehr = openEhr('main', main, config.limits);
  t.after(() => ehr.close());
  const { signal } = new AbortController();
  return () => publishFindings(ehr, exampleFacts, { fhirBase, mode: 'publish', signal });
}

describe('An EHR lets in who shows', () => {
  const kinds: readonly [string, Check, (write: Write) => Promise<object>][] = [
    [
      'nothing, where it asks for nothing',
      ({ headers }) => headers.authorization === undefined,
      async () => ({}),
    ],
    [
      'a bearer token',
      ({ headers }) => headers.authorization === 'Bearer abc',
      async (write) => ({ bearerTokenFile: await write('token', 'abc\n') }),
    ],
    [
      'a user name and a password (the example of RFC 7617 2)',
      ({ headers }) => headers.authorization === 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
      async (write) => ({
        basic: { username: 'Aladdin', passwordFile: await write('password', 'open sesame') },
      }),
    ],
    [
      'headers of its own, beside a token',
      ({ headers }) => headers['x-api-key'] === 'k 1' && headers.authorization === 'Bearer abc',
      async (write) => ({
        headers: { 'X-Api-Key': 'k 1' },
        bearerTokenFile: await write('token', 'abc'),
      }),
    ],
  ];
  type Write = Awaited<ReturnType<typeof scratch>>['write'];
  for (const [what, check, settings] of kinds) {
    it(what, async (t) => {
      const { write } = await scratch(t);
      const { url } = await guardedEhr(t, check);
      const publish = await publishWith(t, url, await settings(write));
      assert.equal((await publish()).alreadyPublished, false);
      const { url: strict } = await guardedEhr(t, () => false);
      const refused = await publishWith(t, strict, await settings(write));
      await assert.rejects(refused, { code: 'ehr-auth-failed' });
    });
  }

  it('a token by an OAuth 2 secret', async (t) => {
    const { write } = await scratch(t);
    const tokens = await serveTokens(t, { expiresIn: 300 });
    const { url } = await guardedEhr(t, ({ headers }) => headers.authorization === 'Bearer token-1');
    const clientSecretFile = await write('secret', 'secret');
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile };
    const publish = await publishWith(t, url, { oauth2 });
    assert.equal((await publish()).alreadyPublished, false);
    assert.equal(tokens.asked.length, 1);
  });

  it('a client certificate (mutual TLS)', async (t) => {
    const { write } = await scratch(t);
    const tls = { ...otherCertificate, requestCert: true, ca: loopbackCertificate.cert };
    const check: Check = ({ socket }) =>
      (socket as TLSSocket).getPeerX509Certificate()?.toString() === loopbackCertificate.cert;
    const { url } = await guardedEhr(t, check, { tls });
    const caFile = await write('ca.pem', otherCertificate.cert);
    const pair = {
      certFile: await write('tls.crt', loopbackCertificate.cert),
      keyFile: await write('tls.key', loopbackCertificate.key),
    };
    const publish = await publishWith(t, url, { tls: { caFile, ...pair } });
    assert.equal((await publish()).alreadyPublished, false);
    const withoutOne = await publishWith(t, url, { tls: { caFile } });
    await assert.rejects(withoutOne(), { code: 'ehr-unreachable' });
  });
});

describe('An EHR that wants SMART Backend Services', () => {
  /** What publishing asks for by default, as told in docs/EHR.md. */
  const scopes = [
    'system/Patient.rs',
    ...['DiagnosticReport', 'Observation', 'Device'].map((type) => `system/${type}.crus`),
    'system/Provenance.cus',
    'system/Task.ru',
    'system/ServiceRequest.rs',
  ];

  /** The EHR, its real issuer, and who publishes; the EHR asks the issuer about each token. */
  async function smartEhr(t: TestContext, given: { scopes?: string[]; check?: Check; smart?: object } = {}) {
    const { write } = await scratch(t);
    let published = (): unknown => [];
    const jwks = await serve(t, (...exchange) =>
      answers(200, JSON.stringify({ keys: published() }), { 'content-type': 'application/json' })(
        ...exchange,
      ),
    );
    const issuer: OidcIssuer = await openOidcIssuer(t, { jwksUrl: jwks.url, scopes: given.scopes ?? scopes });
    const check = given.check ?? (({ headers }) => issuer.knows(bearer(headers.authorization)));
    const ehr = await guardedEhr(t, check, { tokenUrl: () => issuer.tokenUrl });
    const smart = { clientId: 'lobar', keyFiles: [await write('key', pemOf(ecKey()))], ...given.smart };
    const settings = { url: ehr.url, patientIdentifierSystem: patientSystem, smart };
    published = openPublishedKeys(checkConfig({ ehr: { main: settings } }));
    return { issuer, seen: ehr.seen, publish: await publishWith(t, ehr.url, { smart }) };
  }
  const bearer = (authorization = '') => authorization.replace('Bearer ', '');

  it('says where, and gets the report with one token of its issuer', async (t) => {
    const { issuer, seen, publish } = await smartEhr(t);
    assert.equal((await publish()).alreadyPublished, false);
    assert.equal(issuer.asked.length, 1, issuer.refusals.join());
    assert.equal(new Set(seen.map(({ authorization }) => authorization)).size, 1);
    assert.equal(issuer.asked[0]?.scope, scopes.join(' '));
  });

  it('gets one new token when the old one ended in the middle, and the whole report', async (t) => {
    const { issuer, seen, publish } = await smartEhr(t, {
      async check({ headers, url }) {
        // After the patient was found, and only the first time.
        if (!url?.startsWith('/fhir/Patient') && issuer.asked.length === 1) {
          await issuer.takeBack(bearer(headers.authorization));
        }
        return issuer.knows(bearer(headers.authorization));
      },
    });
    assert.equal((await publish()).alreadyPublished, false);
    assert.equal(issuer.asked.length, 2);
    assert.equal(new Set(seen.map(({ authorization }) => authorization)).size, 2);
  });

  it('that takes no token any more is asked with one new one, and then it is told', async (t) => {
    const { issuer, seen, publish } = await smartEhr(t, { check: () => false });
    const error = await publish().then(
      () => assert.fail('published'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof LobarError);
    assert.equal(error.code, 'ehr-auth-failed');
    assert.match(error.message, /HTTP 401 to the search for Patient, sent with a SMART token/);
    assert.match(error.message, /check ehr\.main\.smart/);
    assert.deepEqual([seen.length, issuer.asked.length], [2, 2]);
    for (const { authorization } of seen) assert.ok(!allOf(error).includes(bearer(authorization)));
  });

  it('that forbids (403) gets another token with the next request: rights may have been given', async (t) => {
    const { write } = await scratch(t);
    const tokens = await serveTokens(t, { expiresIn: 300 });
    const { url } = await serve(t, (request, response) => {
      request.resume();
      const known = request.headers.authorization === 'Bearer token-2';
      json(known ? 200 : 403, known ? searchset([]) : outcome('no'))(request, response, '');
    });
    const smart = {
      clientId: 'lobar',
      keyFiles: [await write('key', pemOf(ecKey()))],
      tokenUrl: tokens.tokenUrl,
    };
    const publish = await publishWith(t, url, { smart });
    await assert.rejects(publish, { code: 'ehr-auth-failed', message: /HTTP 403/ });
    await assert.rejects(publish, { code: 'patient-not-found' });
  });

  it('is sent nothing when its issuer left out a scope, which is named', async (t) => {
    const { seen, publish } = await smartEhr(t, {
      scopes: scopes.filter((scope) => !scope.includes('Provenance')),
    });
    await assert.rejects(publish(), {
      code: 'ehr-auth-failed',
      message: /did not grant system\/Provenance\.cus; .*ehr\.main\.smart\.scopes/,
    });
    assert.deepEqual(seen, []);
  });

  it('is asked for what the configured look-ups read, too', async (t) => {
    const { write } = await scratch(t);
    const tokens = await serveTokens(t, { expiresIn: 300 });
    const ehr = await guardedEhr(t, () => true);
    const smart = {
      clientId: 'lobar',
      keyFiles: [await write('key', pemOf(ecKey()))],
      tokenUrl: tokens.tokenUrl,
    };
    const lookUp = { serviceRequest: true, imagingStudy: true };
    const publish = await publishWith(t, ehr.url, { smart, lookUp });
    await publish().catch(() => undefined);
    const asked = new URLSearchParams(tokens.asked[0]?.body).get('scope');
    assert.equal(asked, [...scopes, 'system/ImagingStudy.rs'].join(' '));
  });

  const broken: readonly [string, RequestListener, string, RegExp][] = [
    [
      'is down',
      (request) => request.socket.destroy(),
      'ehr-token-unavailable',
      /token endpoint cannot be asked/,
    ],
    ['answers 503', answers(503), 'ehr-token-unavailable', /token endpoint answered HTTP 503/],
    [
      'has a clock ten minutes ahead of ours',
      answers(401, '{"error":"invalid_client"}', {
        'content-type': 'application/json',
        date: new Date(Date.now() + 600_000).toUTCString(),
      }),
      'ehr-auth-failed',
      /HTTP 401 \(invalid_client\); our clock is 10 minutes behind its: synchronise the clocks \(NTP\)/,
    ],
  ];
  for (const [what, answer, code, message] of broken) {
    it(`is sent nothing while its token endpoint ${what}`, async (t) => {
      const { write } = await scratch(t);
      const tokens = await serve(t, answer);
      const ehr = await guardedEhr(t, () => true, { tokenUrl: () => tokens.url });
      const smart = { clientId: 'lobar', keyFiles: [await write('key', pemOf(ecKey()))] };
      const publish = await publishWith(t, ehr.url, { smart });
      await assert.rejects(publish(), { code, message });
      assert.deepEqual(ehr.seen, []);
    });
  }

  it('is not opened with a file that holds no such key', async (t) => {
    const { write } = await scratch(t);
    const smart = { clientId: 'lobar', keyFiles: [await write('key', pemOf(ecKey('P-256')))] };
    await assert.rejects(publishWith(t, 'http://127.0.0.1:1/fhir', { smart }), {
      code: 'config-invalid',
      message: /ehr\.main\.smart\.keyFiles\[0\]: holds a key that cannot sign here/,
    });
  });
});
