import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { logLines } from '../support/log-lines.ts';
import { serveLobar } from '../support/serve-lobar.ts';
import {
  openRecordedEndpoints,
  postAnalysis,
  type RecordedEndpoints,
  tracingCaller,
} from './support/recorded-endpoints.ts';

describe('A service whose traces reach no collector', { timeout: 600_000 }, () => {
  let endpoints: RecordedEndpoints;
  before(async () => {
    endpoints = await openRecordedEndpoints();
  });
  after(() => endpoints[Symbol.asyncDispose]());

  const serve = async (name: string, more: object = {}) => {
    const served = await serveLobar(join(endpoints.folder, name), { ...endpoints.settings, ...more });
    return { served, log: logLines(served.child) };
  };
  const asked = () => ({ study: endpoints.study.study.studyInstanceUid });

  it('as none is configured: adds nothing to any request, though its caller traces', async () => {
    const { served, log } = await serve('plain.json');
    await using _ = served;
    const { status, text, id } = await postAnalysis(served.url, asked(), tracingCaller(1).headers);
    assert.equal(status, 200, text);
    const line = await log.find({ msg: 'answered' });
    assert.equal(line['requestId'], id);
    assert.equal(line['outcome'], 'published');
    assert.equal(await served.stop(), 0);
    assert.ok(log.all.every((one) => !('traceId' in one)));
    assert.ok(endpoints.headers().length > 5);
    for (const one of endpoints.headers()) assert.equal(one['traceparent'], undefined);
  });

  for (const [how, open] of [
    ['it is down', async () => ({ port: 9, close: async () => {} })],
    ['it never answers', openSilent],
  ] as const) {
    it(`as ${how}: answers and ends all the same, and says so in a line, not in many`, async (t) => {
      const collector = await open();
      t.after(() => collector.close());
      const tracing = { endpoint: `http://127.0.0.1:${collector.port}` };
      const { served, log } = await serve('dead.json', { tracing });
      await using _ = served;
      const { status, text } = await postAnalysis(served.url, asked());
      assert.equal(status, 200, text);
      assert.equal(await served.stop(), 0);
      const complaints = log.all.filter(({ msg }) => String(msg).startsWith('traces do not reach'));
      // One a minute, and a busy machine takes longer.
      assert.ok(complaints.length >= 1 && complaints.length <= 3, JSON.stringify(complaints));
    });
  }
});

/** Takes connections, and says nothing. */
async function openSilent() {
  const server = createServer((socket) => socket.resume().on('error', () => {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, close: async () => void server.close() };
}
