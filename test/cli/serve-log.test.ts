import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import { logLines } from '../support/log-lines.ts';
import { serveLobar } from '../support/serve-lobar.ts';
import { until } from '../support/until.ts';

describe('The log of lobar serve', { timeout: 240_000 }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-serve-log-'));
  });
  after(() => rm(folder, { recursive: true }));

  const get = async (url: string) => (await request(url)).body.dump();

  it('is switched to debug by SIGUSR2, for new requests too, and back by another', async () => {
    await using served = await serveLobar(join(folder, 'info.json'), {});
    const log = logLines(served.child);
    const levelsOf = (url: string) => log.all.filter(({ route }) => route === url).map(({ level }) => level);

    served.child.kill('SIGUSR2');
    const switched = await log.find({ level: 40, msg: 'the level of the log is switched by SIGUSR2' });
    assert.equal(switched['logLevel'], 'debug');
    await get(`${served.url}/health/live`);
    // The line of a health check is one of level debug, pino's 20.
    await log.find({ level: 20, route: '/health/live' });

    served.child.kill('SIGUSR2');
    await until(() => log.all.filter(({ msg }) => msg === switched['msg']).length === 2);
    await get(`${served.url}/health/ready`);
    await get(`${served.url}/v1/models`);
    await log.find({ level: 30, route: '/v1/models' });
    assert.deepEqual(levelsOf('/health/ready'), []);
    assert.equal(await served.stop(), 0);
  });

  it('holds nothing of what a client sends that speaks no HTTP, at trace level either', async () => {
    await using served = await serveLobar(join(folder, 'trace.json'), { log: { level: 'trace' } });
    const log = logLines(served.child);
    const { port } = new URL(served.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('GET /v1/analyses?study=1.2.3.4 HTTP/1.1\r\nForeignname: \u0000\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    const line = await log.find({ msg: 'client error' });
    assert.deepEqual(Object.keys(line['err'] as object), ['code', 'stack']);
    await get(`${served.url}/v1/Foreignname/1.2.3.4?PatientID=Foreignname`);
    const answered = await log.find({ msg: 'answered' });
    assert.equal(answered['status'], 404);
    assert.equal(answered['outcome'], 'failed');
    assert.equal(answered['code'], 'route-not-found');
    assert.equal(await served.stop(), 0);
    assert.doesNotMatch(JSON.stringify(log.all), /Foreignname|1\.2\.3\.4/);
  });
});
