import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { openService } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';

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
