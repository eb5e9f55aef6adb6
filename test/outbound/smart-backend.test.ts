import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { checkConfig } from '../../src/config.ts';
import type { SmartConfig } from '../../src/config-schema.ts';
import { LobarError } from '../../src/errors.ts';
import { NoToken } from '../../src/outbound/no-token.ts';
import { type OutboundConfig, unrestricted } from '../../src/outbound/open-agent.ts';
import { openPublishedKeys } from '../../src/outbound/published-keys.ts';
import { openSmartBackend } from '../../src/outbound/smart-backend.ts';
import { openOidcIssuer } from '../support/oidc-issuer.ts';
import { allOf } from './support/canaries.ts';
import { ecKey, jwkOf, pemOf, rsaKey } from './support/private-keys.ts';
import { answers, serve, serveTokens } from './support/servers.ts';
import { scratch } from './support/transport-at.ts';

const [rsa, ec] = [rsaKey(), ecKey()];
const needs = [
  { type: 'Patient', operations: 'rs' },
  { type: 'Observation', operations: 'crus' },
];
const all = ['system/Patient.rs', 'system/Observation.crus'];
const json = { 'content-type': 'application/json' };

interface Settings extends Partial<Omit<SmartConfig, 'keyFiles'>> {
  readonly keys?: readonly KeyObject[];
  readonly clock?: () => number;
  /** The FHIR base, for discovery. */
  readonly url?: string;
  readonly outbound?: OutboundConfig;
}

/** The keys in files, and a source of tokens that signs with them. */
async function sourceAt(t: TestContext, tokenUrl: string | undefined, settings: Settings = {}) {
  const { keys = [rsa], clock, url = 'http://127.0.0.1:1/fhir', outbound = unrestricted, ...more } = settings;
  const { write } = await scratch(t);
  const writeKey = (index: number, key: KeyObject) => write(`key-${index}`, pemOf(key));
  const keyFiles = await Promise.all(keys.map((key, index) => writeKey(index, key)));
  const given = { clientId: 'lobar', keyFiles, ...more, ...(tokenUrl === undefined ? {} : { tokenUrl }) };
  const config = checkConfig({
    ehr: { main: { url, patientIdentifierSystem: 'urn:oid:1.2.3', smart: given } },
  });
  const ehr = config.ehr['main'];
  assert.ok(ehr?.smart);
  const source = openSmartBackend({
    ...ehr,
    endpoint: 'ehr.main',
    smart: ehr.smart,
    timeouts: { connect: 1, firstByte: 5, idle: 5, total: 10 },
    outbound,
    needs,
    ...(clock === undefined ? {} : { clock }),
  });
  t.after(() => source.close());
  return { source, writeKey, config };
}

/** An issuer that fetches the keys of `config()` where Lobar publishes them, and a source at it. */
async function issuerAndSource(
  t: TestContext,
  settings: Settings & { readonly scopesOfIssuer?: string[] } = {},
) {
  const { scopesOfIssuer = all, ...more } = settings;
  let published = (): unknown => [];
  const jwks = await serve(t, (...exchange) =>
    answers(200, JSON.stringify({ keys: published() }), json)(...exchange),
  );
  const issuer = await openOidcIssuer(t, { jwksUrl: `${jwks.url}/jwks.json`, scopes: scopesOfIssuer });
  const opened = await sourceAt(t, issuer.tokenUrl, more);
  published = openPublishedKeys(opened.config);
  return { ...opened, issuer };
}

describe('A token of SMART Backend Services', () => {
  for (const [alg, key] of [
    ['RS384', rsa],
    ['ES384', ec],
  ] as const) {
    it(`is given by oidc-provider for an assertion signed ${alg}, with the claims that SMART names`, async (t) => {
      const jwksUrl = 'https://lobar.example.org/.well-known/jwks.json';
      const { source, issuer } = await issuerAndSource(t, { keys: [key], jwksUrl });
      const token = await source.token();
      assert.ok(await issuer.knows(token), issuer.refusals.join());
      const { assertion = '', scope } = issuer.asked[0] ?? {};
      assert.equal(scope, 'system/Patient.rs system/Observation.crus');
      const { payload, protectedHeader } = await jwtVerify(assertion, createPublicKey(key), { typ: 'JWT' });
      assert.deepEqual(Object.keys(payload).sort(), ['aud', 'exp', 'iss', 'jti', 'sub']);
      assert.deepEqual([payload.iss, payload.sub, payload.aud], ['lobar', 'lobar', issuer.tokenUrl]);
      assert.ok((payload.exp ?? Number.POSITIVE_INFINITY) <= Date.now() / 1000 + 300);
      assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'jku', 'kid', 'typ']);
      assert.deepEqual([protectedHeader.alg, protectedHeader['jku']], [alg, jwksUrl]);
      assert.equal(await source.token(), token, 'it is kept');
      assert.equal(issuer.asked.length, 1);
    });
  }

  it('is asked for with an assertion that is never used again: the issuer would refuse it', async (t) => {
    const { source, issuer } = await issuerAndSource(t);
    for (let times = 0; times < 3; times += 1) source.discard(await source.token());
    const used = issuer.asked.map(({ assertion }) => assertion);
    assert.equal(new Set(used.map((one) => decodeJwt(one).jti)).size, 3);
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: used[0] ?? '',
    });
    assert.equal((await fetch(issuer.tokenUrl, { method: 'POST', body })).status, 401);
    assert.deepEqual(issuer.refusals, ['client assertion tokens must only be used once']);
  });

  it('is not given for another audience; the audience that the issuer wants can be set', async (t) => {
    const wrong = await issuerAndSource(t, { audience: 'https://elsewhere.example.org/token' });
    await assert.rejects(wrong.source.token(), {
      kind: 'refused',
      problem: 'its token endpoint answered HTTP 401 (invalid_client)',
    });
    assert.match(wrong.issuer.refusals[0] ?? '', /audience \(aud\) must equal/);
    const { issuer } = wrong;
    const audience = new URL(issuer.tokenUrl).origin;
    const second = await sourceAt(t, issuer.tokenUrl, { audience });
    assert.ok(await issuer.knows(await second.source.token()));
  });

  it('that lacks a scope is not used: the scopes that were not granted are named', async (t) => {
    const { source, issuer } = await issuerAndSource(t, { scopesOfIssuer: ['system/Patient.rs'] });
    await assert.rejects(source.token(), {
      kind: 'refused',
      problem:
        'its token endpoint did not grant system/Observation.crus; have the EHR allow them to this client, or set ehr.main.smart.scopes',
    });
    assert.equal(issuer.asked[0]?.status, 200);
  });

  it('is asked for with the scopes of the configuration instead, or in version 1', async (t) => {
    const own = await issuerAndSource(t, {
      scopes: ['system/Patient.rs', 'system/*.*'],
      scopesOfIssuer: ['system/Patient.rs', 'system/*.*'],
    });
    await own.source.token();
    assert.equal(own.issuer.asked[0]?.scope, 'system/Patient.rs system/*.*');
    const first = ['system/Patient.read', 'system/Observation.read', 'system/Observation.write'];
    const legacy = await issuerAndSource(t, { scopeVersion: 'v1', scopesOfIssuer: first });
    await legacy.source.token();
    assert.equal(legacy.issuer.asked[0]?.scope, first.join(' '));
  });

  it('is not given to a clock that is 10 minutes off, and the error says so', async (t) => {
    for (const [minutes, words] of [
      [-10, /our clock is 10 minutes behind its: synchronise the clocks \(NTP\)/],
      [10, /our clock is 10 minutes ahead of its: synchronise the clocks \(NTP\)/],
    ] as const) {
      const { source } = await issuerAndSource(t, { clock: () => Date.now() + minutes * 60_000 });
      await assert.rejects(source.token(), { kind: 'refused', problem: words });
    }
    // Of two minutes it takes no notice: the assertion lives for two and a half.
    for (const minutes of [-2, 2]) {
      const { source, issuer } = await issuerAndSource(t, { clock: () => Date.now() + minutes * 60_000 });
      assert.ok(await issuer.knows(await source.token()));
    }
  });

  it('survives a rotation: the next key is published before it signs, the old one after', async (t) => {
    const next = ecKey();
    const { source, issuer, writeKey } = await issuerAndSource(t, { keys: [rsa, next] });
    source.discard(await source.token());
    await writeKey(0, next);
    await writeKey(1, rsa);
    assert.ok(await issuer.knows(await source.token()));
    const algorithms = issuer.asked.map(({ assertion }) => decodeProtectedHeader(assertion).alg);
    assert.deepEqual(algorithms, ['RS384', 'ES384']);
  });

  it('is not given for a key that is not published', async (t) => {
    const { source, issuer, writeKey } = await issuerAndSource(t, { keys: [rsa] });
    source.discard(await source.token());
    await writeKey(0, rsaKey());
    await assert.rejects(source.token(), { kind: 'refused', problem: /HTTP 401 \(invalid_client\)$/ });
    assert.equal(issuer.asked.length, 2);
  });
});

describe('A token endpoint that is discovered', () => {
  it('is asked, and looked for again after it failed: it may have moved', async (t) => {
    const gone = await serveTokens(t, { answer: () => answers(401, '{"error":"invalid_client"}', json) });
    const moved = await serveTokens(t, { expiresIn: 300 });
    const found = [gone.tokenUrl, moved.tokenUrl];
    const ehr = await serve(t, (...exchange) =>
      answers(200, JSON.stringify({ token_endpoint: found.shift() }), json)(...exchange),
    );
    const { source } = await sourceAt(t, undefined, { url: `${ehr.url}/fhir` });
    await assert.rejects(source.token(), { kind: 'refused', problem: /invalid_client/ });
    assert.equal(await source.token(), 'token-1');
    assert.deepEqual([gone.asked.length, moved.asked.length, found.length], [1, 1, 0]);
    assert.equal(
      decodeJwt(new URLSearchParams(moved.asked[0]?.body).get('client_assertion') ?? '').aud,
      moved.tokenUrl,
    );
  });

  it('has TLS settings of its own, which are looked at when the EHR is opened', async (t) => {
    const opening = sourceAt(t, undefined, { tls: { insecure: false, caFile: '/nowhere' } });
    const message = /ehr\.main\.smart\.tls\.caFile: cannot be read \(ENOENT\)/;
    await assert.rejects(opening, { code: 'config-invalid', message });
  });

  it('is not reached at a blocked address, and neither is the discovery', async (t) => {
    const outbound = { ...unrestricted, egress: { blockedAddresses: ['127.0.0.0/8'] } };
    const tokens = await serveTokens(t);
    const given = await sourceAt(t, tokens.tokenUrl, { outbound });
    const message = /connection to ehr\.main\.smart would end at/;
    await assert.rejects(given.source.token(), { code: 'address-blocked', message });
    const discovered = await sourceAt(t, undefined, { outbound, url: tokens.tokenUrl });
    await assert.rejects(discovered.source.token(), { code: 'address-blocked' });
    assert.deepEqual(tokens.asked, []);
  });

  it('is asked for nothing once the EHR is closed', async (t) => {
    const tokens = await serveTokens(t);
    const { source } = await sourceAt(t, tokens.tokenUrl);
    await source.close();
    await assert.rejects(source.token(), { code: 'shutting-down' });
    assert.deepEqual(tokens.asked, []);
  });
});

describe('A key, an assertion or a token', () => {
  it('is in no error, whatever the token endpoint makes of it', async (t) => {
    const echoes = [400, 401, 403, 500, 200].map((status) => async () => {
      let body = '';
      const { url } = await serve(t, (request, response) => {
        request.on('data', (chunk) => {
          body += chunk;
        });
        request.on('end', () => {
          const assertion = new URLSearchParams(body).get('client_assertion');
          const said = { error: assertion, error_description: assertion, scope: `a ${assertion}` };
          response.writeHead(status, { ...json, 'www-authenticate': `Bearer error="${assertion}"` });
          response.end(JSON.stringify({ ...said, access_token: 'canary-token', token_type: 'Bearer' }));
        });
      });
      return `${url}/`;
    });
    for (const echo of echoes) {
      const { source } = await sourceAt(t, await echo());
      const error = await source.token().then(assert.fail, (reason: unknown) => reason);
      assert.ok(error instanceof NoToken || error instanceof LobarError, String(error));
      const said = allOf(error);
      assert.doesNotMatch(said, /eyJ|canary|PRIVATE/);
      const { d = '', p = '' } = JSON.parse(jwkOf(rsa)) as { d?: string; p?: string };
      for (const secret of [d, p]) assert.ok(!said.includes(secret.slice(0, 20)));
    }
  });
});
