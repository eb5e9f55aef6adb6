import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { calculateJwkThumbprint } from 'jose';
import { openSigningKeys } from '../../src/outbound/signing-keys.ts';
import { ecKey, jwkOf, pemOf, rsaKey } from './support/private-keys.ts';
import { scratch } from './support/transport-at.ts';

const setting = 'ehr.main.smart.keyFiles';
const [rsa, ec] = [rsaKey(), ecKey()];

describe('A signing key', () => {
  it('of RSA signs RS384 and one of P-384 ES384, from PEM and from a JWK; the first signs', async (t) => {
    const { write } = await scratch(t);
    for (const [first, second] of [
      [await write('rsa.pem', pemOf(rsa)), await write('ec.json', jwkOf(ec))],
      [await write('rsa.json', jwkOf(rsa)), await write('ec.pem', pemOf(ec))],
    ]) {
      const keys = openSigningKeys(setting, [first ?? '', second ?? '']);
      assert.deepEqual(
        keys.all().map(({ alg }) => alg),
        ['RS384', 'ES384'],
      );
      assert.equal(keys.signing().alg, 'RS384');
    }
  });

  it('is named by its kid, or else by its thumbprint, the same that jose calculates (RFC 7638)', async (t) => {
    const { write } = await scratch(t);
    const named = await write('named', jwkOf(ec, { kid: 'of-2026' }));
    assert.equal(openSigningKeys(setting, [named]).signing().kid, 'of-2026');
    for (const key of [rsa, ec]) {
      const { kid } = openSigningKeys(setting, [await write('unnamed', pemOf(key))]).signing();
      assert.equal(kid, await calculateJwkThumbprint(createPublicKey(key).export({ format: 'jwk' })));
    }
  });

  it('is published without any private member', async (t) => {
    const { write } = await scratch(t);
    const files = [await write('rsa', jwkOf(rsa, { kid: 'a' })), await write('ec', pemOf(ec))];
    const published = openSigningKeys(setting, files)
      .all()
      .map(({ publicJwk }) => publicJwk);
    assert.deepEqual(
      published.map((jwk) => Object.keys(jwk).sort()),
      [
        ['alg', 'e', 'kid', 'kty', 'n', 'use'],
        ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ],
    );
    for (const [index, key] of [rsa, ec].entries()) {
      const { kid: _kid, use: _use, alg: _alg, ...material } = published[index] ?? {};
      assert.deepEqual(material, createPublicKey(key).export({ format: 'jwk' }));
    }
  });

  const encrypted = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  const foreign = { ...JSON.parse(jwkOf(ec)), d: JSON.parse(jwkOf(ecKey())).d };
  const unusable: readonly [string, string, RegExp][] = [
    ['an RSA key of 1024 bits', pemOf(rsaKey(1024)), /cannot sign here; give an RSA key of 2048 bits/],
    ['a key on P-256', jwkOf(ecKey('P-256')), /cannot sign here; .* P-384 \(ES384\)/],
    ['an Ed25519 key', pemOf(generateKeyPairSync('ed25519').privateKey), /cannot sign here/],
    [
      'an RSA-PSS key',
      pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      /cannot sign/,
    ],
    ['a public key', jwkOf(createPublicKey(rsa)), /holds no private key/],
    ['a shared secret', '{"kty":"oct","k":"c2VjcmV0LWNhbmFyeQ"}', /holds no private key/],
    ['a JWK Set', `{"keys":[${jwkOf(ec)}]}`, /holds a JWK Set; put each private key into a file of its own/],
    ['a key with a passphrase', String(encrypted), /without a passphrase/],
    ['half a key', pemOf(rsa).slice(0, 900), /holds no private key/],
    ['nothing', '', /holds no private key/],
    ['null', 'null', /holds no private key/],
    ['two halves of different keys', JSON.stringify(foreign), /do not belong together/],
    ['a JWK for another algorithm', jwkOf(rsa, { alg: 'RS256' }), /forbids signing RS384/],
    ['a JWK for encryption', jwkOf(rsa, { use: 'enc' }), /forbids signing RS384/],
    ['a JWK that may verify only', jwkOf(ec, { key_ops: ['verify'] }), /forbids signing ES384/],
    ['a kid that is no text', jwkOf(ec, { kid: 7 as unknown as string }), /kid is no text/],
  ];
  for (const [what, content, message] of unusable) {
    it(`is not ${what}: that is a mistake with the name of the setting`, async (t) => {
      const { write } = await scratch(t);
      const files = [await write('good', pemOf(ec)), await write('bad', content)];
      assert.throws(
        () => openSigningKeys(setting, files),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'config-invalid');
          assert.match(error.message, message);
          assert.ok(error.message.includes(`${setting}[1]: `), error.message);
          assert.doesNotMatch(error.message, /[A-Za-z0-9+/_-]{30}/, 'none of the key');
          assert.equal(error.cause, undefined);
          return true;
        },
      );
    });
  }

  it('that is not there is told by its number', async () => {
    const message = /keyFiles\[0\]: cannot be read \(ENOENT\)/;
    assert.throws(() => openSigningKeys(setting, ['/nowhere']), { code: 'config-invalid', message });
  });

  it('may stand in two files, but two keys may not have one name', async (t) => {
    const { write } = await scratch(t);
    const a = await write('a', jwkOf(ec, { kid: 'one' }));
    assert.equal(openSigningKeys(setting, [a, a]).all().length, 2);
    const b = await write('b', jwkOf(rsa, { kid: 'one' }));
    const message = /keyFiles\[1\]: is another key with the same kid/;
    assert.throws(() => openSigningKeys(setting, [a, b]), { code: 'config-invalid', message });
  });

  it('is read again when its file changes; while that is half written, the old one signs for a minute', async (t) => {
    const { write } = await scratch(t);
    let now = 0;
    const file = await write('key', jwkOf(rsa, { kid: 'old' }));
    const keys = openSigningKeys(setting, [file], () => now);
    await write('key', jwkOf(ec, { kid: 'new' }).slice(0, 40));
    assert.equal(keys.signing().kid, 'old');
    now = 59_999;
    assert.equal(keys.signing().kid, 'old');
    now = 60_000;
    assert.throws(() => keys.signing(), { code: 'config-invalid', message: /keyFiles\[0\]/ });
    assert.deepEqual(
      keys.all().map(({ kid }) => kid),
      ['old'],
      'it is published on',
    );
    await write('key', jwkOf(ec, { kid: 'new' }));
    assert.equal(keys.signing().kid, 'new');
  });
});
