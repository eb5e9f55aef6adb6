import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkConfig } from '../../src/config.ts';
import type { LimitsConfig, PacsConfig } from '../../src/config-schema.ts';
import { openPacs } from '../../src/dicomweb/open-pacs.ts';
import { openFhirConnection } from '../../src/fhir/connection/open-fhir-connection.ts';
import { openClientCredentials } from '../../src/outbound/client-credentials.ts';
import { type OutboundConfig, unrestricted } from '../../src/outbound/open-agent.ts';
import type { FinishedExchange } from '../../src/telemetry/exchange.ts';
import { collectSeries } from '../dicomweb/support/pacs-at.ts';
import { hangUp, oneReport, openPeer, raw, signal, stall } from '../fhir/connection/connection-fixture.ts';
import { type Answer, ehrConfig, json, outcome, searchset } from '../fhir/ehr-fixture.ts';
import { answers, serve, serveTokens } from './support/servers.ts';
import { scratch } from './support/transport-at.ts';

const [study, series] = ['1.2.3', '1.2.3.4'];
const multipart = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b1' };
const twoInstances = '--b1\r\n\r\none\r\n--b1\r\n\r\ntwo\r\n--b1--';

/** What ends here, in words: system, operation, code. */
function watch(outbound: OutboundConfig = unrestricted) {
  const seen: FinishedExchange[] = [];
  const told = () => seen.splice(0).map(({ system, operation, code }) => `${system} ${operation} ${code}`);
  return { seen, told, outbound: { ...outbound, observe: (one: FinishedExchange) => void seen.push(one) } };
}

async function pacsFacing(
  t: TestContext,
  listener: RequestListener,
  pacs: object = {},
  more?: OutboundConfig,
) {
  const { url } = await serve(t, listener);
  const config = checkConfig({ pacs: { a: { url, retries: 0, ...pacs } } });
  const watched = watch(more);
  const client = openPacs('a', config.pacs['a'] as PacsConfig, config.limits, watched.outbound);
  t.after(() => client.close());
  return { ...watched, client };
}

describe('An exchange with a PACS', () => {
  it('ends with the last byte of its answer, and counts those of instances alone', async (t) => {
    const { client, seen } = await pacsFacing(t, (request, response) =>
      request.url?.includes('/metadata')
        ? answers(200, '[{}]')(request, response)
        : answers(200, twoInstances, multipart)(request, response),
    );
    await client.retrieveMetadata(study, series, { signal }, (dataset) => dataset);
    assert.equal((await collectSeries(client.retrieveSeries(study, series, { signal }))).length, 2);
    assert.deepEqual(
      seen.map(({ operation, code, imageBytes }) => [operation, code, imageBytes]),
      [
        ['wado_metadata', 200, undefined],
        ['wado_series', 200, twoInstances.length],
      ],
    );
  });

  it('is one for each attempt', async (t) => {
    let asked = 0;
    const busyOnce: RequestListener = (request, response) => {
      asked += 1;
      answers(asked === 1 ? 503 : 200, undefined, { 'retry-after': '0' })(request, response);
    };
    const { client, told } = await pacsFacing(t, busyOnce, { retries: 1 });
    await client.searchSeries(study, { signal });
    assert.deepEqual(told(), ['pacs qido_search_series 503', 'pacs qido_search_series 200']);
  });

  it('does not last while its answer waits to be read', async (t) => {
    const { client, seen } = await pacsFacing(t, answers(200, twoInstances, multipart));
    const began = performance.now();
    let heldMs = 0;
    for await (const _ of client.retrieveSeries(study, series, { signal })) {
      const given = performance.now();
      await sleep(100);
      heldMs += performance.now() - given;
    }
    const allMs = performance.now() - began;
    assert.equal(seen.length, 1);
    const countedMs = (seen[0]?.seconds ?? assert.fail()) * 1000;
    // However slow the machine is: one is a part of the other. A millisecond for the sums.
    assert.ok(countedMs <= allMs - heldMs + 1, `${countedMs} ms of ${allMs}, ${heldMs} of them held`);
  });

  it('says why there was no whole answer', async (t) => {
    const cases: readonly [string, RequestListener][] = [
      [
        'broken',
        (_request, response) =>
          void response.writeHead(200, multipart).write('--b1\r\n\r\none', () => response.destroy()),
      ],
      ['timeout', (_request, response) => void response.writeHead(200, multipart).write('--b1\r\n\r\none')],
      ['timeout', () => undefined],
      ['broken', (request) => request.socket.destroy()],
    ];
    for (const [code, listener] of cases) {
      const timeouts = { firstByte: 0.2, idle: 0.2 };
      const { client, told } = await pacsFacing(t, listener, { timeouts });
      await assert.rejects(collectSeries(client.retrieveSeries(study, series, { signal })));
      assert.deepEqual(told(), [`pacs wado_series ${code}`]);
    }
  });

  it('says that we gave up, and that there is no way to it', async (t) => {
    const aborted = await pacsFacing(t, () => undefined);
    const soon = AbortSignal.timeout(100);
    await assert.rejects(aborted.client.searchSeries(study, { signal: soon }));
    assert.deepEqual(aborted.told(), ['pacs qido_search_series aborted']);

    const total = await pacsFacing(t, () => undefined, { timeouts: { total: 0.1 } });
    await assert.rejects(total.client.searchSeries(study, { signal }), { code: 'pacs-timeout' });
    assert.deepEqual(total.told(), ['pacs qido_search_series timeout']);

    const nobody = await pacsFacing(t, () => undefined, { url: 'http://127.0.0.1:1' });
    await assert.rejects(nobody.client.searchSeries(study, { signal }), { code: 'pacs-unreachable' });
    assert.deepEqual(nobody.told(), ['pacs qido_search_series unreachable']);

    const egress = { blockedAddresses: ['127.0.0.0/8'] };
    const blocked = await pacsFacing(t, answers(200), {}, { ...unrestricted, egress });
    await assert.rejects(blocked.client.searchSeries(study, { signal }), { code: 'address-blocked' });
    assert.deepEqual(blocked.told(), ['pacs qido_search_series unreachable']);
  });

  it('ends with its status when nobody wants the rest', async (t) => {
    const { client, told } = await pacsFacing(t, answers(200, twoInstances, multipart));
    for await (const _ of client.retrieveSeries(study, series, { signal })) break;
    assert.deepEqual(told(), ['pacs wado_series 200']);
  });

  it('ends as given up when that happens while its answer waits to be read', async (t) => {
    const { client, told } = await pacsFacing(t, answers(200, twoInstances, multipart));
    const hangUp = new AbortController();
    for await (const _ of client.retrieveSeries(study, series, { signal: hangUp.signal })) {
      hangUp.abort();
      break;
    }
    assert.deepEqual(told(), ['pacs wado_series aborted']);
  });
});

describe('An exchange with a FHIR server', () => {
  const facing = async (t: TestContext, answer: Answer, setting = 'ehr.main') => {
    const peer = await openPeer(answer);
    const watched = watch();
    const timeouts = { connect: 1, firstByte: 0.2, idle: 0.2, total: 20 };
    const config = ehrConfig(peer.url, { timeouts, breaker: { failures: 1, openSeconds: 30 } });
    const limits = { jsonBytes: 2 ** 20 } as LimitsConfig;
    const connection = openFhirConnection('main', setting, config, limits, watched.outbound);
    t.after(async () => {
      await connection.close();
      await peer[Symbol.asyncDispose]();
    });
    return { ...watched, connection };
  };

  it('has the status of every answer, be it the one that was wanted or not', async (t) => {
    const found = await facing(t, json(200, searchset([])));
    await found.connection.search('Patient', {}, { signal });
    await assert.rejects(found.connection.capabilities({ signal }), { code: 'ehr-response-invalid' });
    assert.deepEqual(found.told(), ['ehr search 200', 'ehr capabilities 200']);

    const missing = await facing(t, json(404, outcome('not there')));
    assert.equal(await missing.connection.read('Patient', 'p1', { signal }), undefined);
    assert.deepEqual(missing.told(), ['ehr read 404']);

    const stored = await facing(t, json(201, { resourceType: 'Basic', id: 'b1' }), 'audit.fhir');
    await stored.connection.create({ resourceType: 'Basic', code: {} }, { signal });
    assert.deepEqual(stored.told(), ['audit create 201']);

    const wordless = await facing(t, raw(200, '<html>'));
    await wordless.connection.transact(oneReport, { signal });
    assert.deepEqual(wordless.told(), ['ehr transaction 200']);
  });

  it('says why there was no whole answer; a server that is left alone has none', async (t) => {
    for (const [code, answer] of [
      ['timeout', stall],
      ['broken', hangUp],
    ] as const) {
      const { connection, told } = await facing(t, answer);
      await connection.transact(oneReport, { signal });
      await assert.rejects(connection.transact(oneReport, { signal }), { code: 'ehr-suspended' });
      assert.deepEqual(told(), [`ehr transaction ${code}`]);
    }
  });
});

describe('An exchange with a token endpoint', () => {
  it('has its status, or why there was none', async (t) => {
    const { write } = await scratch(t);
    const tokens = await serveTokens(t, {});
    const cases = [
      [tokens.tokenUrl, 'token token 200'],
      ['http://127.0.0.1:1/token', 'token token unreachable'],
    ] as const;
    for (const [tokenUrl, expected] of cases) {
      const { outbound, told } = watch();
      const source = openClientCredentials({
        endpoint: 'pacs.a',
        oauth2: {
          tokenUrl,
          clientId: 'lobar',
          clientSecretFile: await write('secret', 'secret'),
          clientAuthentication: 'basic',
          tls: { insecure: false },
        },
        timeouts: { connect: 5, firstByte: 5, idle: 5 },
        outbound,
      });
      t.after(() => source.close());
      await source.token().catch(() => undefined);
      assert.deepEqual(told(), [expected]);
    }
  });
});
