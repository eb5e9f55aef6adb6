import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import type { EhrConfig, LimitsConfig } from '../../src/config-schema.ts';
import { openEhr } from '../../src/fhir/open-ehr.ts';
import { resolveSubject } from '../../src/fhir/resolve-subject.ts';
import { exampleFacts } from '../fhir/facts.ts';
import { otherCertificate } from './support/other-certificate.ts';
import { answers, oneSeries, serve, serveProxy, serveTokens } from './support/servers.ts';
import { get, scratch, transportAt } from './support/transport-at.ts';

const named = (url: string) => url.replace('127.0.0.1', 'pacs.invalid');

describe('A proxy', () => {
  it('forwards plain HTTP, with the name that it alone resolves', async (t) => {
    const pacs = await serve(t, answers(200));
    const proxy = await serveProxy(t);
    const transport = transportAt(t, `${named(pacs.url)}/dicom-web`, {}, { proxy: { http: proxy.url } });
    assert.deepEqual(await get(transport), { status: 200, text: oneSeries });
    assert.deepEqual(proxy.seen, [`GET ${named(pacs.url)}/dicom-web/studies`]);
  });

  it('opens a tunnel for TLS, which ends at the PACS', async (t) => {
    const pacs = await serve(t, answers(200), otherCertificate);
    const { write } = await scratch(t);
    const caFile = await write('ca.pem', otherCertificate.cert);
    const proxy = await serveProxy(t);
    const transport = transportAt(t, pacs.url, { tls: { caFile } }, { proxy: { https: proxy.url } });
    assert.equal((await get(transport)).status, 200);
    assert.deepEqual(proxy.seen, [`CONNECT 127.0.0.1:${pacs.port}`]);
    const stranger = transportAt(t, pacs.url, {}, { proxy: { https: proxy.url } });
    await assert.rejects(get(stranger), { code: 'pacs-unreachable', message: /TLS failed/ });
  });

  it('for the one scheme is none for the other', async (t) => {
    const pacs = await serve(t, answers(200));
    const secure = await serve(t, answers(200), otherCertificate);
    const proxy = await serveProxy(t);
    await get(transportAt(t, pacs.url, {}, { proxy: { https: proxy.url } }));
    await get(transportAt(t, secure.url, { tls: { insecure: true } }, { proxy: { http: proxy.url } }));
    assert.deepEqual(proxy.seen, []);
  });

  it('is passed by where noProxy says so', async (t) => {
    const pacs = await serve(t, answers(200));
    const proxy = await serveProxy(t);
    for (const [noProxy, isProxied] of [
      ['*', false],
      ['127.0.0.1', false],
      [`other.example, 127.0.0.1:${pacs.port}`, false],
      ['127.0.0.1:1', true],
      ['example.org', true],
    ] as const) {
      proxy.seen.length = 0;
      await get(transportAt(t, pacs.url, {}, { proxy: { http: proxy.url, noProxy } }));
      assert.equal(proxy.seen.length, isProxied ? 1 : 0, noProxy);
    }
  });

  it('gets its own credentials, and the PACS and the token endpoint theirs', async (t) => {
    const seen: unknown[] = [];
    const pacs = await serve(t, (request, response) => {
      seen.push([request.headers.authorization, request.headers['proxy-authorization']]);
      answers(200)(request, response);
    });
    const proxy = await serveProxy(t, 'me:p@ss');
    const { write } = await scratch(t);
    const tokens = await serveTokens(t);
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'l', clientSecretFile: await write('secret', 's') };
    const http = proxy.url.replace('//', '//me:p%40ss@');
    await get(transportAt(t, pacs.url, { oauth2 }, { proxy: { http } }));
    assert.deepEqual(seen, [['Bearer token-1', undefined]]);
    assert.deepEqual(proxy.seen, [`POST ${tokens.tokenUrl}`, `GET ${pacs.url}/studies`]);
  });

  it('is told by name when it refuses, cannot be reached or says nothing', async (t) => {
    const refusing = await serveProxy(t, 'me:secret');
    const silent = await serve(t, () => undefined);
    silent.server.on('connect', () => undefined);
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const goneUrl = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
    gone.close();
    const failed = (problem: RegExp) => ({ code: 'proxy-failed', status: 502, message: problem });
    for (const scheme of ['http', 'https']) {
      const through = (proxy: string) =>
        get(
          transportAt(
            t,
            `${scheme}://pacs.invalid`,
            { timeouts: { firstByte: 0.2 } },
            { proxy: { [scheme]: proxy } },
          ),
        );
      await assert.rejects(
        through(refusing.url),
        failed(/way to pacs\.a failed: it asks for credentials \(HTTP 407\)/),
      );
      await assert.rejects(through(goneUrl), failed(/cannot be reached \(ECONNREFUSED\)/));
      if (scheme === 'https') await assert.rejects(through(silent.url), failed(/did not answer in time/));
      // Forwarding, a proxy that says nothing cannot be told from a PACS that does.
      else await assert.rejects(through(silent.url), { code: 'pacs-timeout' });
    }
  });

  it('leads to an EHR as well', async (t) => {
    const ehrServer = await serve(t, answers(200, '{"resourceType":"Bundle","type":"searchset"}'));
    const url = `${named(ehrServer.url)}/fhir`;
    const search = async (proxyUrl: string) => {
      const config = checkConfig({
        ehr: { main: { url, patientIdentifierSystem: 'urn:oid:1.2' } },
        proxy: { http: proxyUrl },
      });
      const limits = { jsonBytes: 1e6 } as LimitsConfig;
      const ehr = openEhr('main', config.ehr['main'] as EhrConfig, limits, config);
      t.after(() => ehr.close());
      await resolveSubject(ehr, exampleFacts.study, { signal: new AbortController().signal });
    };
    const proxy = await serveProxy(t);
    await assert.rejects(search(proxy.url), { code: 'patient-not-found' });
    assert.match(proxy.seen[0] ?? '', /^GET http:\/\/pacs\.invalid:\d+\/fhir\/Patient\?/);
    const refusing = await serveProxy(t, 'me:secret');
    await assert.rejects(search(refusing.url), { code: 'proxy-failed', message: /to ehr\.main.*407/ });
  });
});
