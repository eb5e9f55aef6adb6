import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, BlockList, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { isAddressRange } from '../../src/address-ranges.ts';
import { checkConfig } from '../../src/config.ts';
import type { EhrConfig, LimitsConfig } from '../../src/config-schema.ts';
import { openEhr } from '../../src/fhir/open-ehr.ts';
import { resolveSubject } from '../../src/fhir/resolve-subject.ts';
import { checkedConnector } from '../../src/outbound/checked-connector.ts';
import { codeOf } from '../../src/outbound/connection-problem.ts';
import { exampleFacts } from '../fhir/facts.ts';
import { answers, serve, serveProxy, serveTokens } from './support/servers.ts';
import { get, scratch, transportAt } from './support/transport-at.ts';

/** A port of every address of this host that counts the bytes it is sent. */
async function countingPort(t: TestContext) {
  const received = { bytes: 0 };
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      received.bytes += chunk.length;
    });
    socket.on('error', () => undefined);
  });
  server.listen(0);
  await once(server, 'listening');
  t.after(() => server.close());
  const bytesReceived = async () => {
    server.close();
    // After the last connection has ended.
    await once(server, 'close');
    return received.bytes;
  };
  return { port: (server.address() as AddressInfo).port, bytesReceived };
}

/** Loopback has no IPv6 in many containers; the cases in IPv4 hold everywhere. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

const blocked = { code: 'address-blocked', status: 502, message: /to pacs\.a would end at an address/ };
const loopback = { egress: { blockedAddresses: ['127.0.0.0/8', '::1'] } };

describe('A blocked address', () => {
  // The last two end at 127.0.0.1 on Linux though they do not say so.
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433']) {
    for (const scheme of ['http', 'https']) {
      const skip = host.startsWith('[') && !hasIpv6 && 'no interface of this machine has ::1: IPv6 is off';
      it(`is seen behind ${scheme}://${host}, before a byte is sent`, { skip }, async (t) => {
        const { port, bytesReceived } = await countingPort(t);
        const pacs = transportAt(t, `${scheme}://${host}:${port}`, { retries: 0 }, loopback);
        await assert.rejects(get(pacs), blocked);
        await assert.rejects(get(pacs), blocked);
        assert.equal(await bytesReceived(), 0);
      });
    }
  }

  it('may be written as IPv6 holds IPv4', async (t) => {
    const { port, bytesReceived } = await countingPort(t);
    const egress = { blockedAddresses: ['::ffff:127.0.0.0/104'] };
    await assert.rejects(get(transportAt(t, `http://127.0.0.1:${port}`, {}, { egress })), blocked);
    assert.equal(await bytesReceived(), 0);
  });

  it('of another network keeps nobody out', async (t) => {
    const { url } = await serve(t, answers(200));
    const egress = { blockedAddresses: ['169.254.0.0/16', 'fe80::/10', '10.1.2.3'] };
    assert.equal((await get(transportAt(t, url, {}, { egress }))).status, 200);
  });

  it('of a token endpoint is seen, and so is that of a proxy', async (t) => {
    const { write } = await scratch(t);
    const tokens = await serveTokens(t);
    const clientSecretFile = await write('secret', 'secret');
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile };
    const atTokens = { ...blocked, message: /to pacs\.a\.oauth2 would end at an address/ };
    await assert.rejects(get(transportAt(t, 'http://192.0.2.1', { oauth2 }, loopback)), atTokens);
    assert.deepEqual(tokens.asked, []);

    const proxy = await serveProxy(t);
    for (const scheme of ['http', 'https']) {
      const outbound = { ...loopback, proxy: { [scheme]: proxy.url } };
      await assert.rejects(get(transportAt(t, `${scheme}://pacs.invalid`, {}, outbound)), blocked);
    }
    assert.deepEqual(proxy.seen, []);
  });

  it('may be any that is not known any more: without it nothing is sent where some are blocked', async (t) => {
    const { folder } = await scratch(t);
    // A Unix socket is a connection without an address, as is one that the other side has reset already.
    const socketPath = join(folder, 'socket');
    const server = createServer((socket) => socket.on('error', () => undefined)).listen(socketPath);
    await once(server, 'listening');
    t.after(() => server.close());
    const connected = (list: BlockList) =>
      new Promise<string>((resolve) => {
        const connect = checkedConnector('pacs.a', list, { socketPath });
        const target = { hostname: 'pacs.invalid', protocol: 'http:', port: '80' };
        connect(target, (...[error, socket]) => {
          socket?.destroy();
          resolve(error === null ? 'connected' : codeOf(error));
        });
      });
    const some = new BlockList();
    some.addAddress('192.0.2.1');
    assert.equal(await connected(some), 'ECONNRESET');
    assert.equal(await connected(new BlockList()), 'connected');
  });

  it('of an EHR is told once, and nothing is sent', async (t) => {
    const { port, bytesReceived } = await countingPort(t);
    const url = `http://127.0.0.1:${port}/fhir`;
    const config = checkConfig({
      ehr: { main: { url, patientIdentifierSystem: 'urn:oid:1.2' } },
      ...loopback,
    });
    const ehr = openEhr('main', config.ehr['main'] as EhrConfig, { jsonBytes: 1e6 } as LimitsConfig, config);
    t.after(() => ehr.close());
    const { signal } = new AbortController();
    await assert.rejects(resolveSubject(ehr, exampleFacts.study, { signal }), {
      code: 'address-blocked',
      message: /to ehr\.main would end/,
    });
    assert.equal(await bytesReceived(), 0);
  });
});

describe('A range of addresses', () => {
  it('is an address or CIDR notation', () => {
    const good = ['10.0.0.0/8', '127.0.0.1', '::1', 'fe80::/10', '0.0.0.0/0', '::ffff:10.0.0.0/104'];
    const bad = [
      '',
      '10.0.0.0/33',
      '10.0.0',
      '::1/129',
      'localhost',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      'fe80::1%eth0',
      '10.0.0.0/-1',
      '1.2.3.4/ 8',
    ];
    assert.deepEqual(good.filter(isAddressRange), good);
    assert.deepEqual(bad.filter(isAddressRange), []);
  });
});
