import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fastify from 'fastify';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { checkConfig } from '../../src/config.ts';
import { jwksRoutes } from '../../src/http/routes/jwks.ts';
import { openPublishedKeys } from '../../src/outbound/published-keys.ts';
import { ecKey, jwkOf, pemOf, rsaKey } from '../outbound/support/private-keys.ts';

const [rsa, ec] = [rsaKey(), ecKey()];
const ehr = { url: 'https://ehr.example.org/fhir', patientIdentifierSystem: 'urn:oid:1.2.3' };

/** The route over a configuration. */
function appOf(t: TestContext, settings: object) {
  const app = fastify();
  jwksRoutes(app, { publishedKeys: openPublishedKeys(checkConfig(settings)) });
  t.after(() => app.close());
  return app;
}

async function keyFiles(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-jwks-'));
  t.after(() => rm(folder, { recursive: true }));
  const write = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  return { write, rsa: await write('rsa', jwkOf(rsa, { kid: 'rsa-1' })), ec: await write('ec', pemOf(ec)) };
}

describe('GET /.well-known/jwks.json', () => {
  it('gives the public keys of every EHR and of the audit, each once, and how long they may be kept', async (t) => {
    const files = await keyFiles(t);
    const smart = (...keyFiles: string[]) => ({ clientId: 'lobar', keyFiles });
    const app = appOf(t, {
      ehr: {
        north: { ...ehr, smart: smart(files.rsa) },
        south: { ...ehr, smart: smart(files.rsa) },
        west: ehr,
      },
      audit: { fhir: { url: ehr.url, smart: smart(files.ec, files.rsa) } },
    });
    const answer = await app.inject('/.well-known/jwks.json');
    assert.equal(answer.statusCode, 200);
    assert.match(String(answer.headers['content-type']), /^application\/json/);
    assert.equal(answer.headers['cache-control'], 'public, max-age=300');
    const { keys } = answer.json<JSONWebKeySet>();
    assert.deepEqual(
      keys.map((key) => Object.keys(key).sort()),
      [
        ['alg', 'e', 'kid', 'kty', 'n', 'use'],
        ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ],
    );
    // The private members of RFC 7518 6.2.2, 6.3.2 and 6.4.1.
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) {
      for (const key of keys) assert.ok(!(member in key), member);
    }
  });

  it('gives keys with which jose verifies what ours have signed', async (t) => {
    const files = await keyFiles(t);
    const app = appOf(t, {
      ehr: { main: { ...ehr, smart: { clientId: 'lobar', keyFiles: [files.rsa, files.ec] } } },
    });
    const set = (await app.inject('/.well-known/jwks.json')).json<JSONWebKeySet>();
    for (const [alg, key] of [
      ['RS384', rsa],
      ['ES384', ec],
    ] as const) {
      const kid = set.keys.find((one) => one.alg === alg)?.kid ?? '';
      const signed = await new SignJWT({}).setProtectedHeader({ alg, kid }).sign(key);
      await jwtVerify(signed, createLocalJWKSet(set));
    }
  });

  it('shows a new key without a restart', async (t) => {
    const files = await keyFiles(t);
    const smart = { clientId: 'lobar', keyFiles: [files.rsa] };
    const app = appOf(t, { ehr: { main: { ...ehr, smart } } });
    const kids = async () =>
      (await app.inject('/.well-known/jwks.json')).json<JSONWebKeySet>().keys.map(({ kid }) => kid);
    assert.deepEqual(await kids(), ['rsa-1']);
    await files.write('rsa', jwkOf(ec, { kid: 'ec-2' }));
    assert.deepEqual(await kids(), ['ec-2']);
  });

  it('gives an empty set where no EHR uses SMART', async (t) => {
    const app = appOf(t, { ehr: { main: ehr } });
    assert.deepEqual((await app.inject('/.well-known/jwks.json')).json(), { keys: [] });
  });
});
