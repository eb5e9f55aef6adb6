import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { otherCertificate } from './support/other-certificate.ts';
import { answers, serve, serveTokens } from './support/servers.ts';
import { get, scratch, transportAt } from './support/transport-at.ts';

describe('A token endpoint', () => {
  it('is not trusted by what the PACS is trusted by, and has TLS settings of its own', async (t) => {
    const { write } = await scratch(t);
    const pacs = await serve(t, answers(200), otherCertificate);
    const tokens = await serveTokens(t, { tls: loopbackCertificate });
    const caFile = await write('pacs-ca.pem', otherCertificate.cert);
    const own = await write('token-ca.pem', loopbackCertificate.cert);
    const clientSecretFile = await write('secret', 'secret');
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile };

    const message = /token endpoint cannot be asked: TLS failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/;
    for (const tls of [{ insecure: true }, { caFile }, { caFile: own, insecure: true }]) {
      const unsafe = transportAt(t, pacs.url, { tls, oauth2 });
      await assert.rejects(get(unsafe), { code: 'pacs-auth-failed', message });
    }
    assert.deepEqual(tokens.asked, [], 'no secret was sent');

    const both = { tls: { caFile }, oauth2: { ...oauth2, tls: { caFile: own } } };
    assert.equal((await get(transportAt(t, pacs.url, both))).status, 200);
    const notForThePacs = { oauth2: { ...oauth2, tls: { caFile: own, insecure: true } } };
    await assert.rejects(get(transportAt(t, pacs.url, notForThePacs)), {
      code: 'pacs-unreachable',
      message: /TLS failed/,
    });
  });

  it('is not shown the client certificate that is for the PACS, but its own where it has one', async (t) => {
    const { write } = await scratch(t);
    const shown: (string | undefined)[] = [];
    const names = { ...otherCertificate, requestCert: true, rejectUnauthorized: false };
    const tokens = await serveTokens(t, {
      tls: names,
      answer: () => (request, response) => {
        shown.push((request.socket as TLSSocket).getPeerX509Certificate()?.toString());
        answers(200, '{"access_token":"a","token_type":"Bearer"}', { 'content-type': 'application/json' })(
          request,
          response,
        );
      },
    });
    const pacs = await serve(t, answers(200), otherCertificate);
    const caFile = await write('ca.pem', otherCertificate.cert);
    const pair = {
      certFile: await write('tls.crt', loopbackCertificate.cert),
      keyFile: await write('tls.key', loopbackCertificate.key),
    };
    const clientSecretFile = await write('secret', 'secret');
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile, tls: { caFile } };
    await get(transportAt(t, pacs.url, { tls: { caFile, ...pair }, oauth2 }));
    await get(transportAt(t, pacs.url, { tls: { caFile }, oauth2: { ...oauth2, tls: { caFile, ...pair } } }));
    assert.deepEqual(shown, [undefined, loopbackCertificate.cert]);
  });

  it('whose TLS file cannot be used is a mistake with the name of its setting', async (t) => {
    const oauth2 = { tokenUrl: 'https://127.0.0.1:1/', clientId: 'lobar', clientSecretFile: '/nowhere' };
    const settings = { oauth2: { ...oauth2, tls: { caFile: '/nowhere' } } };
    assert.throws(() => transportAt(t, 'http://127.0.0.1:1', settings), {
      code: 'config-invalid',
      message: /pacs\.a\.oauth2\.tls\.caFile: cannot be read \(ENOENT\)/,
    });
  });
});
