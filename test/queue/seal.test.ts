import assert from 'node:assert/strict';
import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openSeal } from '../../src/queue/nats/seal.ts';

const content = { study: '1.2.3', numbers: [1, 2.5], text: 'ä' };

const place = { within: 'KV_lobar-jobs', id: 'an-id' };

describe('what is kept in NATS', () => {
  const key = randomBytes(32);
  let folder: string;
  let keyFile: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-seal-'));
    keyFile = join(folder, 'key');
    await writeFile(keyFile, `${key.toString('base64')}\n`);
  });
  after(async () => await rm(folder, { recursive: true }));

  it('is JSON and gzip', async () => {
    const seal = openSeal(undefined);
    const bytes = await seal.close(content, place);
    assert.deepEqual(JSON.parse(gunzipSync(bytes).toString()), content);
    assert.deepEqual(await seal.open(bytes, place), content);
  });

  it('is with a key a JWE that names it by its hash', async () => {
    const bytes = await openSeal({ keyFiles: [keyFile] }).close(content, place);
    // RFC 7516 section 3.1: header, no encrypted key (dir), iv, ciphertext, tag.
    const parts = Buffer.from(bytes).toString().split('.');
    const [header = '', encryptedKey, iv = '', ciphertext = '', tag = ''] = parts;
    assert.deepEqual([parts.length, encryptedKey], [5, '']);
    const kid = createHash('sha256').update(key).digest('hex').slice(0, 8);
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      ...{ alg: 'dir', enc: 'A256GCM', kid, place: 'KV_lobar-jobs/an-id' },
    });
    // By OpenSSL, and not by the library that made it.
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'));
    decipher.setAAD(Buffer.from(header, 'ascii')).setAuthTag(Buffer.from(tag, 'base64url'));
    const packed = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64url')), decipher.final()]);
    assert.deepEqual(JSON.parse(gunzipSync(packed).toString()), content);
  });

  it('never looks the same twice', async () => {
    const seal = openSeal({ keyFiles: [keyFile] });
    assert.notDeepEqual(await seal.close(content, place), await seal.close(content, place));
  });

  it('is read only where it was put', async () => {
    const seal = openSeal({ keyFiles: [keyFile] });
    const bytes = await seal.close(content, place);
    for (const other of [
      { ...place, id: 'another-id' },
      { ...place, within: 'lobar-jobs' },
    ])
      await assert.rejects(seal.open(bytes, other), { code: 'message-unreadable' });
  });

  it('is not read when it was altered, is not encrypted, or unpacks to more than there can be', async () => {
    const sealed = openSeal({ keyFiles: [keyFile] });
    const plain = openSeal(undefined);
    const bytes = await sealed.close(content, place);
    const altered = Uint8Array.from(bytes);
    altered[altered.length - 30] = altered.at(-30) === 65 ? 66 : 65;
    const bomb = gzipSync(Buffer.alloc(257 * 2 ** 20));
    for (const [seal, wrong] of [
      [sealed, altered],
      [sealed, await plain.close(content, place)],
      [plain, bytes],
      [plain, new Uint8Array()],
      [plain, bomb],
    ] as const)
      await assert.rejects(seal.open(wrong, place), { code: 'message-unreadable' });
  });
});
