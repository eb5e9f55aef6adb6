import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { openAgent, unrestricted } from '../../src/outbound/open-agent.ts';
import { tlsFiles } from '../../src/outbound/tls-files.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { otherCertificate } from './support/other-certificate.ts';
import { answers, serve } from './support/servers.ts';
import { get, scratch, transportAt } from './support/transport-at.ts';

/** An HTTPS server that lets in only who has the loopback certificate. */
const mutual = (t: TestContext) =>
  serve(
    t,
    (request, response) => {
      answers((request.socket as TLSSocket).authorized ? 200 : 500)(request, response);
    },
    { ...loopbackCertificate, requestCert: true, rejectUnauthorized: true, ca: [loopbackCertificate.cert] },
  );

describe('A PACS that wants a client certificate', () => {
  it('lets in who has it, and nobody else', async (t) => {
    const { write } = await scratch(t);
    const { url } = await mutual(t);
    const caFile = await write('ca.pem', loopbackCertificate.cert);
    const own = {
      certFile: await write('own.crt', loopbackCertificate.cert),
      keyFile: await write('own.key', loopbackCertificate.key),
    };
    const other = {
      certFile: await write('other.crt', otherCertificate.cert),
      keyFile: await write('other.key', otherCertificate.key),
    };
    assert.equal((await get(transportAt(t, url, { tls: { caFile, ...own } }))).status, 200);
    for (const tls of [{ caFile }, { caFile, ...other }]) {
      await assert.rejects(get(transportAt(t, url, { tls })), { code: 'pacs-unreachable' });
    }
  });

  it('sees the new one after the files were written over', async (t) => {
    const { write } = await scratch(t);
    const { url } = await mutual(t);
    const tls = {
      caFile: await write('ca.pem', loopbackCertificate.cert),
      certFile: await write('tls.crt', otherCertificate.cert),
      keyFile: await write('tls.key', otherCertificate.key),
    };
    const transport = transportAt(t, url, { tls });
    await assert.rejects(get(transport), { code: 'pacs-unreachable' });
    await write('tls.crt', loopbackCertificate.cert);
    await assert.rejects(get(transport), { code: 'pacs-unreachable' }, 'still the old one');
    await write('tls.key', loopbackCertificate.key);
    assert.equal((await get(transport)).status, 200);
  });

  it('sees the new one after Kubernetes swapped the symlink of a secret', async (t) => {
    const { folder, write } = await scratch(t);
    const { url } = await mutual(t);
    // A mounted secret: tls.crt -> ..data/tls.crt, ..data -> ..version, which is renamed over.
    const version = async (name: string, { cert, key }: typeof otherCertificate) => {
      await mkdir(join(folder, name));
      await write(`${name}/tls.crt`, cert);
      await write(`${name}/tls.key`, key);
      await symlink(name, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await version('..1', otherCertificate);
    for (const file of ['tls.crt', 'tls.key']) await symlink(join('..data', file), join(folder, file));
    const transport = transportAt(t, url, {
      tls: {
        caFile: await write('ca.pem', loopbackCertificate.cert),
        certFile: join(folder, 'tls.crt'),
        keyFile: join(folder, 'tls.key'),
      },
    });
    await assert.rejects(get(transport), { code: 'pacs-unreachable' });
    await version('..2', loopbackCertificate);
    assert.equal((await get(transport)).status, 200);
  });
});

describe('The certificate authorities of a PACS', () => {
  it('are read again when their file changes, also while a connection is open', async (t) => {
    const { write } = await scratch(t);
    const { url } = await serve(t, answers(200), otherCertificate);
    const caFile = await write('ca.pem', otherCertificate.cert);
    const transport = transportAt(t, url, { tls: { caFile } });
    await get(transport);
    await write('ca.pem', loopbackCertificate.cert);
    await assert.rejects(get(transport), { code: 'pacs-unreachable', message: /TLS failed/ });
    await write('ca.pem', 'half a file');
    await assert.rejects(get(transport), { code: 'pacs-unreachable', message: /TLS failed/ });
    await write('ca.pem', otherCertificate.cert);
    assert.equal((await get(transport)).status, 200);
  });

  it('do not interrupt an answer that is under way when they change', async (t) => {
    const { write } = await scratch(t);
    const halfway = Promise.withResolvers<() => void>();
    const { url } = await serve(
      t,
      (_request, response) => {
        response.write('first ', () => halfway.resolve(() => response.end('second')));
      },
      otherCertificate,
    );
    const caFile = await write('ca.pem', otherCertificate.cert);
    const transport = transportAt(t, url, { tls: { caFile } });
    const running = get(transport);
    const finish = await halfway.promise;
    await write('ca.pem', loopbackCertificate.cert);
    await assert.rejects(get(transport), { code: 'pacs-unreachable' });
    finish();
    assert.equal((await running).text, 'first second');
  });
});

describe('A rotation of TLS files that is caught halfway', () => {
  it('interrupts nobody: what was there before is used until the new files can be', async (t) => {
    const { write } = await scratch(t);
    const { url } = await mutual(t);
    const tls = {
      caFile: await write('ca.pem', loopbackCertificate.cert),
      certFile: await write('tls.crt', loopbackCertificate.cert),
      keyFile: await write('tls.key', loopbackCertificate.key),
    };
    const transport = transportAt(t, url, { tls });
    assert.equal((await get(transport)).status, 200);
    await write('tls.crt', otherCertificate.cert);
    assert.equal((await get(transport)).status, 200);
    assert.equal((await get(transport)).status, 200);
    await write('tls.key', otherCertificate.key);
    await assert.rejects(get(transport), { code: 'pacs-unreachable' }, 'the new one, which is not let in');
  });

  it('is a mistake of the configuration after a minute, until it is mended', async (t) => {
    const { write } = await scratch(t);
    const { url } = await serve(t, answers(200), otherCertificate);
    const caFile = await write('ca.pem', otherCertificate.cert);
    const clock = { now: 0 };
    const agent = openAgent({
      endpoint: 'pacs.a',
      url,
      tls: { caFile, insecure: false },
      timeouts: { connect: 5, firstByte: 5, idle: 5 },
      outbound: unrestricted,
      now: () => clock.now,
    });
    t.after(() => agent.closeAll());
    const ask = async () => {
      const { statusCode, body } = await agent.request({ origin: url, path: '/', method: 'GET' });
      await body.dump();
      return statusCode;
    };
    const rot = async () => {
      await write('ca.pem', 'half a file');
      assert.equal(await ask(), 200);
      clock.now += 59_999;
      assert.equal(await ask(), 200);
    };
    await rot();
    clock.now += 1;
    const message = /pacs\.a\.tls\.caFile: holds no certificate/;
    await assert.rejects(ask(), { code: 'config-invalid', message });
    await write('ca.pem', otherCertificate.cert);
    assert.equal(await ask(), 200);
    await rot();
  });

  it('is a mistake at once where nothing was there before', async (t) => {
    const { write } = await scratch(t);
    const tls = {
      certFile: await write('tls.crt', loopbackCertificate.cert),
      keyFile: await write('tls.key', otherCertificate.key),
    };
    const message = /pacs\.a\.tls\.keyFile: is not the key of the certificate in certFile/;
    assert.throws(() => transportAt(t, 'https://127.0.0.1:1', { tls }), { code: 'config-invalid', message });
  });

  it('between the reading of two files is read again', async (t) => {
    const { folder, write } = await scratch(t);
    await write('tls.crt', otherCertificate.cert);
    await write('next.crt', loopbackCertificate.cert);
    await write('next.key', loopbackCertificate.key);
    // Who reads the pipe waits until the shell writes; then the old certificate has been read already.
    execFileSync('mkfifo', [join(folder, 'tls.key')]);
    const rotate = 'exec 3>tls.key; mv -f next.crt tls.crt; cat next.key >&3; mv -f next.key tls.key';
    const shell = spawn('sh', ['-c', rotate], { cwd: folder, stdio: 'ignore' });
    t.after(() => shell.kill());
    const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key'), insecure: false };
    const { cert, key } = tlsFiles('pacs.a.tls', tls).read();
    assert.deepEqual({ cert, key }, { cert: loopbackCertificate.cert, key: loopbackCertificate.key });
  });
});
