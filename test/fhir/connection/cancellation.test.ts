import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { publishFindings } from '../../../src/fhir/publish-findings.ts';
import { type Answer, json, openTestEhr, rawServer } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';
import {
  errorOf,
  failureOf,
  signal as never,
  oneReport,
  openPeer,
  openTestConnection,
  stall,
} from './connection-fixture.ts';

const patient = { connect: 5, firstByte: 300, idle: 300, total: 300 };
/** Far below the limits above: what does not end at once fails here. */
const soon = { timeout: 20_000 };

/** Calls `onRequest`, never answers, and tells when the other side has hung up. */
function watched(onRequest: () => void) {
  const closed = Promise.withResolvers<void>();
  const answer: Answer = (request) => {
    void once(request.socket, 'close').then(() => closed.resolve());
    onRequest();
  };
  return { answer, closed: closed.promise };
}

describe('A caller who gives up', soon, () => {
  const reason = new LobarError('cancelled', {});

  it('ends a search that is under way: the EHR sees the connection close', async () => {
    const controller = new AbortController();
    const { answer, closed } = watched(() => controller.abort(reason));
    await using peer = await openPeer(answer);
    await using connection = openTestConnection(peer.url, { timeouts: patient });
    const { signal } = controller;
    assert.equal(await errorOf(connection.search('Basic', {}, { signal })), reason);
    await closed;
    assert.equal(peer.requests.length, 1);
  });

  it('ends a write that is under way, of which nobody knows whether it was carried out', async () => {
    for (const why of [reason, undefined]) {
      const controller = new AbortController();
      const { answer, closed } = watched(() => controller.abort(why));
      await using peer = await openPeer(answer);
      await using connection = openTestConnection(peer.url, { timeouts: patient });
      const { signal } = controller;
      const { error, retryable, brokeOff } = await failureOf(connection.transact(oneReport, { signal }));
      assert.equal(error.code, 'ehr-outcome-unknown');
      assert.equal((error.cause as LobarError).code, 'cancelled');
      assert.equal(retryable, false);
      assert.equal(brokeOff, 'it was cancelled');
      await closed;
    }
  });

  it('ends a write in the middle of its answer', async () => {
    const controller = new AbortController();
    await using peer = await openPeer((_request, response) => {
      response.writeHead(200);
      response.write('{"resourceType":', () => setTimeout(() => controller.abort(reason), 20));
    });
    await using connection = openTestConnection(peer.url, { timeouts: patient });
    const { signal } = controller;
    const { error } = await failureOf(connection.transact(oneReport, { signal }));
    assert.equal(error.code, 'ehr-outcome-unknown');
  });

  it('ends the wait between two attempts', async () => {
    const controller = new AbortController();
    await using peer = await openPeer((...exchange) => {
      json(503, {}, { 'retry-after': '29' })(...exchange);
      setTimeout(() => controller.abort(reason), 100);
    });
    await using connection = openTestConnection(peer.url);
    const { signal } = controller;
    assert.equal(await errorOf(connection.search('Basic', {}, { signal })), reason);
    assert.equal(peer.requests.length, 1);
  });

  it('ends the wait for a token', async () => {
    const controller = new AbortController();
    await using issuer = await openPeer(() => controller.abort(reason));
    const folder = await mkdtemp(join(tmpdir(), 'lobar-secret-'));
    const clientSecretFile = join(folder, 'secret');
    await writeFile(clientSecretFile, 'a-client-secret');
    await using peer = await openPeer(stall);
    await using connection = openTestConnection(peer.url, {
      timeouts: patient,
      oauth2: {
        tokenUrl: `${issuer.url}/token`,
        clientId: 'lobar',
        clientSecretFile,
        clientAuthentication: 'basic',
        tls: { insecure: false },
      },
    });
    const { signal } = controller;
    assert.equal(await errorOf(connection.search('Basic', {}, { signal })), reason);
    assert.equal(peer.requests.length, 0);
    await rm(folder, { recursive: true });
  });

  it('sends nothing at all when there is nobody left before it begins', async () => {
    await using peer = await openPeer(stall);
    await using connection = openTestConnection(peer.url, { timeouts: patient });
    const signal = AbortSignal.abort(reason);
    assert.equal(await errorOf(connection.search('Basic', {}, { signal })), reason);
    assert.equal(await errorOf(connection.transact(oneReport, { signal })), reason);
    assert.equal(peer.connections, 0);
  });
});

describe('A process that shuts down', soon, () => {
  it('ends what is under way', async () => {
    await using peer = await openPeer(() => void connection.close());
    const connection = openTestConnection(peer.url, { timeouts: patient });
    const { code } = await errorOf(connection.search('Basic', {}, { signal: never }));
    assert.equal(code, 'shutting-down');
    assert.equal(peer.requests.length, 1);
  });

  it('does not know what became of a write', async () => {
    await using peer = await openPeer(() => void connection.close());
    const connection = openTestConnection(peer.url, { timeouts: patient });
    const { error } = await failureOf(connection.transact(oneReport, { signal: never }));
    assert.equal(error.code, 'ehr-outcome-unknown');
    assert.match(error.message, /this process is shutting down/);
  });
});

describe('timeouts.total', soon, () => {
  const total = { timeouts: { ...patient, total: 0.4 } };

  it('is ehr-timeout as long as nothing was written', async () => {
    await using server = await rawServer({ run: stall });
    const { ehr, options } = openTestEhr(server.url, total);
    const { code, message } = await errorOf(publishFindings(ehr, exampleFacts, options));
    await ehr.close();
    assert.equal(code, 'ehr-timeout');
    assert.match(message, /0\.4 s \(for all of the publishing\), the limit ehr\.main\.timeouts\.total/);
    assert.equal(
      server.requests.some(({ method }) => method === 'POST'),
      false,
    );
  });

  it('bounds the waits that the EHR asks for', async () => {
    await using server = await rawServer({ run: json(503, {}, { 'retry-after': '29' }) });
    const { ehr, options } = openTestEhr(server.url, total);
    const { code } = await errorOf(publishFindings(ehr, exampleFacts, options));
    await ehr.close();
    assert.equal(code, 'ehr-timeout');
  });

  it('is ehr-outcome-unknown once a write is on its way', async () => {
    await using server = await rawServer({ transaction: stall });
    const { ehr, options } = openTestEhr(server.url, total);
    const { code, message } = await errorOf(publishFindings(ehr, exampleFacts, options));
    await ehr.close();
    assert.equal(code, 'ehr-outcome-unknown');
    assert.match(message, /not known whether the report was written/);
    assert.equal(server.requests.filter(({ method }) => method === 'POST').length, 1);
  });
});
