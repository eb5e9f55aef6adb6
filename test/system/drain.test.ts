import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { emptyFolder } from '../inference/support/make-package.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { ask, serveLobar } from '../support/serve-lobar.ts';
import { openBalancer } from '../support/small-balancer.ts';
import { until } from '../support/until.ts';

const signals = ['SIGTERM', 'SIGINT'] as const;

describe('a process that is told to end', { timeout: 600_000 }, () => {
  const open = async (t: TestContext) => {
    const folder = await emptyFolder(t);
    const { study } = await writePhantomStudy(join(folder, 'study'), {});
    const pacs = await openSandboxPacs({ folder });
    t.after(() => pacs.close());
    const serve = (name: string, limits: object) =>
      serveLobar(join(folder, `${name}.json`), { pacs: { main: { url: pacs.url } }, limits });
    const analyse = (url: string) => ask(url, { study: study.studyInstanceUid, publish: false });
    return { serve, analyse };
  };
  const ready = async (url: string) => {
    const { statusCode, body } = await request(`${url}/health/ready`);
    return { status: statusCode, ...((await body.json()) as { inFlight: number }) };
  };

  it('under load, behind a balancer, loses no request', async (t) => {
    const { serve, analyse } = await open(t);
    const limits = { inFlight: 2, waiting: 8, drainSeconds: 300 };
    await using first = await serve('first', limits);
    await using second = await serve('second', limits);
    await using balancer = await openBalancer([first.url, second.url]);

    const answers = Array.from({ length: 10 }, async (_, index) => {
      await sleep(index * 400);
      return await analyse(balancer.url);
    });
    // In the middle of it: some are at work, some wait, some are still to come.
    await until(async () => (await ready(first.url)).inFlight >= 2, 20);
    const exited = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.deepEqual(statuses, Array(10).fill(200));
    assert.deepEqual(await exited, [0, null]);
    const [byFirst = 0, bySecond = 0] = [first.url, second.url].map((url) => balancer.answered.get(url));
    t.diagnostic(`answered by the one that ended ${byFirst}, by the other ${bySecond}`);
    assert.ok(byFirst >= 2 && bySecond >= 2, `${byFirst} and ${bySecond}`);
  });

  for (const signal of signals) {
    it(`gives up when the time for it is over, tells every caller, and ends with 0 (${signal})`, async (t) => {
      const { serve, analyse } = await open(t);
      await using lobar = await serve('lobar', { inFlight: 1, waiting: 8, drainSeconds: 0.5 });
      const answers = Array.from({ length: 4 }, () => analyse(lobar.url));
      await until(async () => (await ready(lobar.url)).inFlight === 4, 20);
      const exited = once(lobar.child, 'exit');
      lobar.child.kill(signal);
      await until(async () => (await ready(lobar.url).catch(() => ({ status: 503 }))).status !== 200, 5);
      for (const { status, text } of await Promise.all(answers)) {
        assert.equal(status, 503, text);
        assert.equal((JSON.parse(text) as { code: string }).code, 'shutting-down');
      }
      assert.deepEqual(await exited, [0, null]);
    });
  }
});
