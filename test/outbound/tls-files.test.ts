import assert from 'node:assert/strict';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
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
    const message = /pacs\.a\.tls\.keyFile: is not the key of the certificate in certFile/;
    await assert.rejects(get(transport), { code: 'config-invalid', message });
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
    const message = /pacs\.a\.tls\.caFile: holds no certificate/;
    await assert.rejects(get(transport), { code: 'config-invalid', message });
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
