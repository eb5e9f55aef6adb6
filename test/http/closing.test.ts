import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { openService } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { keptLog } from '../fhir/audit/audit-fixture.ts';
import { openTestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

describe('a service that closes', { timeout: 60_000 }, () => {
  it('does not wait for connections on which nothing or half a request was sent', async () => {
    const service = await openService(checkConfig({ http: { port: 0 } }), createLogger('silent'));
    const { port } = new URL(service.url);
    const halves = ['', 'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1', postHead('/v1/analyses')];
    const sockets = halves.map((half) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(half));
      return socket.on('error', () => {}).resume();
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    // By a reset, most of them: no error of theirs matters.
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await service.close();
    await Promise.all(closed);
  });

  it('says so at once, takes nothing more, and tells how many jobs end with it', async () => {
    const log = keptLog();
    const test = await openTestService({ limits: { inFlight: 1 }, logger: log.logger });
    const { url } = test.service;
    const post = (headers: Record<string, string> = {}) =>
      fetch(`${url}/v1/analyses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ study: test.study.study.studyInstanceUid, publish: false }),
      });
    const later = { prefer: 'respond-async' };
    const ready = async () => (await (await fetch(`${url}/health/ready`)).json()) as { inFlight: number };
    const first = post();
    await until(async () => (await ready()).inFlight > 0);
    // It has no place, and nobody else has one.
    assert.equal((await post(later)).status, 202);
    const closed = test.close();
    assert.equal((await fetch(`${url}/health/ready`)).status, 503);
    const refused = await post(later);
    assert.deepEqual(
      [refused.status, ((await refused.json()) as { code: string }).code],
      [503, 'shutting-down'],
    );
    assert.equal((await first).status, 200);
    await closed;
    const told = log.lines.filter(({ msg }) => /jobs that wait in this process/.test(String(msg)));
    assert.deepEqual(
      told.map(({ jobs }) => jobs),
      [1],
    );
  });

  it('does not read what is left of a body that it has refused', async (t) => {
    const service = await openService(checkConfig({ http: { port: 0 } }), createLogger('silent'));
    t.after(() => service.close());
    for (const [path, status] of [
      ['/v1/nothing', 404],
      ['/v1/models', 405],
    ] as const) {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      socket.write(postHead(path));
      let answer = '';
      // Ends, though the body never comes.
      for await (const chunk of socket) answer += String(chunk);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*connection: close`, 'i'));
    }
  });
});

const postHead = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
