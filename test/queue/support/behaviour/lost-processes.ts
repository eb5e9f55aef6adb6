import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { deliveries, newJob, type QueueBench } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** Jobs whose process is gone, or is not the only one. */
export function lostProcesses(bench: QueueBench): void {
  it('begins once more what a lost process had in hand', async () => {
    const queue = bench.queueOf();
    const { job } = await queue.submit(newJob('left behind'));
    await bench.lose(job.id);
    const worker = triedWorker(async ({ attempt }) => ({ text: `attempt ${attempt}` }));
    await bench.working(worker, async (other) => {
      assert.deepEqual((await bench.ended(other, job.id)).result, { text: 'attempt 2' });
    });
    assert.deepEqual(worker.events, [`taken over ${job.id}`, `finished ${job.id}`]);
  });

  it('gives up what was in hand whenever a process was lost, and goes on', async () => {
    const queue = bench.queueOf();
    const { job } = await queue.submit(newJob('poison'));
    for (let lost = 1; lost <= deliveries; lost += 1) await bench.lose(job.id);
    const worker = triedWorker(echo);
    await bench.working(worker, async (other) => {
      const { job: healthy } = await other.submit(newJob('healthy'));
      assert.equal((await bench.ended(other, healthy.id)).state, 'finished');
      const over = await bench.ended(other, job.id);
      assert.deepEqual([over.state, over.error?.code, over.attempt], ['failed', 'process-lost', deliveries]);
      await bench.buried(job.id, 'process-lost');
    });
    assert.deepEqual(
      worker.begun.map(({ request }) => request.what),
      ['healthy'],
    );
  });

  it('does nothing beside what a lost process had in hand: it might take it along', async () => {
    const queue = bench.queueOf();
    const { job: suspect } = await queue.submit(newJob('suspect'));
    await bench.lose(suspect.id);
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const worker = triedWorker(async ({ request }) => {
      if (request.what === 'first') await first.promise;
      if (request.what === 'suspect') await second.promise;
      return { text: request.what };
    });
    const names = () => worker.begun.map(({ request }) => request.what);
    await bench.working(worker, async (other) => {
      await other.submit(newJob('first'));
      await until(async () => (await other.find(suspect.id))?.attempt === 2);
      const { job: last } = await other.submit(newJob('last'));
      await sleep(200);
      assert.deepEqual(names(), ['first']);
      first.resolve();
      await until(() => names().length === 2);
      await sleep(200);
      assert.deepEqual(names(), ['first', 'suspect']);
      second.resolve();
      await bench.ended(other, last.id);
      assert.deepEqual(names(), ['first', 'suspect', 'last']);
    });
  });

  it('does a suspect alone also after it was given back, until an attempt has ended of itself', async () => {
    const queue = bench.queueOf();
    const { job } = await queue.submit(newJob('suspect'));
    await bench.lose(job.id);
    const suspected: unknown[] = [];
    const worker = triedWorker(async ({ suspect }) => {
      suspected.push(suspect);
      if (suspected.length === 1) throw new LobarError('shutting-down', {});
      if (suspected.length === 2) throw new LobarError('pacs-unreachable', { pacs: 'main', problem: 'away' });
      return { text: '' };
    });
    await bench.working(worker, async (other) => {
      assert.equal((await bench.ended(other, job.id)).suspect, undefined);
    });
    assert.deepEqual(suspected, [true, true, undefined]);
  });

  it('keeps a job for as long as its process gives signs of life', async () => {
    const worker = triedWorker(async () => {
      await sleep(3 * bench.backend.ackMs);
      return { text: 'slow' };
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('long'));
      assert.equal((await bench.ended(queue, job.id)).attempt, 1);
    });
    assert.equal(worker.begun.length, 1);
  });

  it('throws away what a process did for a job that another one has begun since', async () => {
    const on = Promise.withResolvers<void>();
    const worker = triedWorker(async ({ attempt, request }) => {
      if (request.what === 'contested' && attempt === 1) await on.promise;
      return { text: `attempt ${attempt}` };
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('contested'));
      await until(() => worker.begun.length === 1);
      const stored = await bench.backend.store.find(job.id);
      assert.ok(stored);
      await bench.backend.store.update(stored, { ...stored.job, attempt: 2 });
      on.resolve();
      const done = await bench.ended(queue, job.id);
      assert.deepEqual([done.attempt, done.result], [3, { text: 'attempt 3' }]);
    });
  });

  it('drops another message of a job that is bound to the first', async () => {
    const worker = triedWorker(echo);
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('bound'));
      await bench.ended(queue, job.id);
      const stored = await bench.backend.store.find(job.id);
      assert.ok(stored);
      await bench.backend.store.update(stored, { ...stored.job, state: 'queued', message: 'another' });
      await bench.backend.jobs.push(job.id, stored.job);
      const { job: next } = await queue.submit(newJob('next'));
      await bench.ended(queue, next.id);
      assert.equal((await bench.backend.store.find(job.id))?.job.state, 'queued');
    });
    assert.deepEqual(
      worker.begun.map(({ request }) => request.what),
      ['bound', 'next'],
    );
  });
}
