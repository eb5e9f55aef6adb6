import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { newJob, type QueueBench, withParts } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** How a process takes no more, and lets go of what it has. */
export function stopping(bench: QueueBench): void {
  it('begins no more once it was told to stop, and finishes what it has begun', async () => {
    const on = Promise.withResolvers<void>();
    const worker = triedWorker(async () => {
      await on.promise;
      return { text: '' };
    });
    const queue = bench.queueOf();
    queue.work(worker, worker.observer);
    const { job } = await queue.submit(newJob('before'));
    await until(() => worker.begun.length === 1);
    await queue.stop();
    const { job: after } = await queue.submit(newJob('after'));
    on.resolve();
    await queue.idle();
    assert.equal((await queue.find(job.id))?.state, 'finished');
    assert.equal((await queue.find(after.id))?.state, 'queued');
    await queue.cancel(after.id);
  });

  it('stops without waiting for what it has begun, with a place or without one', async () => {
    const on = Promise.withResolvers<void>();
    const worker = { ...triedWorker(echo), full: false };
    worker.run = async () => {
      // It never says that it has its place.
      await on.promise;
      return { text: '' };
    };
    const queue = bench.queueOf();
    queue.work(worker, worker.observer);
    const { job } = await queue.submit(newJob('without a place'));
    await until(async () => (await queue.find(job.id))?.state === 'running');
    await queue.stop();
    assert.equal(queue.running, 1);
    on.resolve();
    await queue.idle();
    assert.equal((await queue.find(job.id))?.state, 'finished');
  });

  it('leaves to others what comes when there is no room any more, and does not count that', async () => {
    const full = { ...triedWorker(echo), full: true };
    // Room when it is asked for, and none when something comes.
    full.room = () => sleep(50);
    const queue = bench.queueOf();
    queue.work(full, full.observer);
    await sleep(200);
    const { job } = await queue.submit(newJob('for whoever has room'));
    await sleep(300);
    assert.equal((await queue.find(job.id))?.state, 'queued');
    await bench.working(triedWorker(echo), async (other) => {
      const done = await bench.ended(other, job.id);
      assert.deepEqual([done.state, done.attempt], ['finished', 1]);
    });
    await queue.stop();
    assert.deepEqual([full.begun, full.troubles], [[], []]);
  });

  for (const [when, finished, state] of [
    ['has patience with a queue that is away while what it has begun may finish', false, 'finished'],
    ['has none when that time is over: another process does it again', true, 'running'],
  ] as const)
    it(when, async () => {
      const on = Promise.withResolvers<void>();
      let away = false;
      let asked = 0;
      const { store } = bench.backend;
      const find = async (id: string) => {
        if (!away) return await store.find(id);
        asked += 1;
        // Back at the third time.
        if (asked < 3) throw new LobarError('queue-unavailable', { problem: 'away' });
        return await store.find(id);
      };
      const worker = triedWorker(async () => {
        await on.promise;
        away = true;
        return { text: 'done' };
      });
      const queue = bench.queueOf(withParts(bench.backend, { store: { find } }));
      queue.work(worker, worker.observer);
      const { job } = await queue.submit(newJob('when it stops'));
      await until(() => worker.begun.length === 1);
      await queue.stop();
      if (finished) void queue.finish();
      on.resolve();
      await queue.idle();
      const noted = (await store.find(job.id))?.job;
      assert.equal(noted?.state, state);
      if (finished) {
        const other = triedWorker(echo);
        await bench.working(other, async (another) => void (await bench.ended(another, job.id)));
      }
    });
}
