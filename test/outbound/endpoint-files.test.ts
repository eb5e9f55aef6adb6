import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { readAuthorities, readBearerToken } from '../../src/outbound/endpoint-files.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';

let folder: string;
let file: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lobar-files-'));
  file = join(folder, 'file');
});
after(() => rm(folder, { recursive: true }));

describe('readBearerToken', () => {
  // RFC 6750 section 2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
  for (const token of ['mF_9.B5f-4.1JqM', 'a~b+c/d==', 'x']) {
    it(`reads ${token}, with or without a line end`, async () => {
      for (const end of ['', '\n', '\r\n']) {
        await writeFile(file, token + end);
        assert.equal(await readBearerToken('pacs.a.bearerTokenFile', file), token);
      }
    });
  }

  const wrong: readonly [string, string | Buffer][] = [
    ['nothing', ''],
    ['white space', ' \n'],
    ['two lines', 'secret1\nsecret2\n'],
    ['a header', 'Bearer secret1'],
    ['a header smuggled in', 'secret1\r\nX-Evil: secret2'],
    ['letters of another alphabet', 'sécret1'],
    ['an = in the middle', 'secret1=secret2'],
    ['a byte order mark', '\uFEFFsecret1'],
    ['bytes', Buffer.from([0x00, 0xff, 0x73])],
  ];
  for (const [what, content] of wrong) {
    it(`refuses ${what}, and says none of it`, async () => {
      await writeFile(file, content);
      await assert.rejects(readBearerToken('ehr.main.bearerTokenFile', file), (error: Error) => {
        assert.equal((error as { code?: string }).code, 'config-invalid');
        assert.match(error.message, /ehr\.main\.bearerTokenFile: holds no bearer token/);
        // As a log would write it: message, stack, causes, properties.
        assert.doesNotMatch(inspect(error, { depth: null, showHidden: true }), /secret|sécret/);
        return true;
      });
    });
  }

  it('names the setting of a file that cannot be read', async () => {
    const setting = 'pacs.a.bearerTokenFile';
    const problem = (code: string) => ({
      code: 'config-invalid',
      message: new RegExp(`pacs\\.a\\.bearerTokenFile: cannot be read \\(${code}\\)`),
    });
    await assert.rejects(readBearerToken(setting, join(folder, 'none')), problem('ENOENT'));
    await assert.rejects(readBearerToken(setting, folder), problem('EISDIR'));
  });
});

describe('readAuthorities', () => {
  const setting = 'ehr.main.tls.caFile';
  const { cert } = loopbackCertificate;

  it('gives one or more certificates, comments and all', async () => {
    for (const content of [cert, `# Root\n${cert}\n# Other\n${cert}`]) {
      await writeFile(file, content);
      assert.equal(readAuthorities(setting, file), content);
    }
  });

  const broken = cert.replace(/\n[A-Za-z0-9+/=]+\n/, '\n');
  const wrong: readonly [string, string, RegExp][] = [
    ['nothing', '', /ehr\.main\.tls\.caFile: holds no certificate in PEM form/],
    ['a key', loopbackCertificate.key, /holds no certificate in PEM form/],
    ['a broken certificate', broken, /its certificate 1 cannot be read/],
    ['a broken one after a whole one', cert + broken, /its certificate 2 cannot be read/],
  ];
  for (const [what, content, message] of wrong) {
    it(`refuses ${what}`, async () => {
      await writeFile(file, content);
      assert.throws(() => readAuthorities(setting, file), { code: 'config-invalid', message });
    });
  }

  it('names the setting of a file that cannot be read', () => {
    assert.throws(() => readAuthorities(setting, join(folder, 'none')), {
      code: 'config-invalid',
      message: /ehr\.main\.tls\.caFile: cannot be read \(ENOENT\)/,
    });
  });
});
