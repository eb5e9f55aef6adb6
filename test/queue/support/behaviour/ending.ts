import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { newJob, type QueueBench } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** How jobs are ended before their time. */
export function ending(bench: QueueBench): void {
  it('ends one that waits at once, and never begins it', async () => {
    const worker = triedWorker(echo);
    const { id } = newJob('');
    const queue = bench.queueOf();
    await queue.submit(newJob('unwanted', id));
    assert.equal((await queue.cancel(id))?.state, 'cancelled');
    await bench.working(worker, async (other) => {
      const { job } = await other.submit(newJob('wanted'));
      await bench.ended(other, job.id);
    });
    assert.deepEqual(
      worker.begun.map(({ request }) => request.what),
      ['wanted'],
    );
    assert.equal((await queue.find(id))?.state, 'cancelled');
  });

  it('ends one of several that wait, and holds up none of the others', async () => {
    const on = Promise.withResolvers<void>();
    const first = triedWorker(async () => {
      await on.promise;
      return { text: '' };
    });
    const queue = bench.queueOf();
    queue.work(first, first.observer);
    const ids: string[] = [];
    for (const what of ['runs', 'waits', 'ended', 'waits, too']) {
      ids.push((await queue.submit(newJob(what))).job.id);
      if (what === 'runs') await until(() => first.begun.length === 1);
      if (what === 'runs') await queue.stop();
    }
    const [runs = '', ...waiting] = ids;
    assert.equal((await queue.cancel(waiting[1] ?? ''))?.state, 'cancelled');
    // What runs goes on, and what waits is begun by whoever comes.
    await bench.working(triedWorker(echo), async (other) => {
      for (const id of [waiting[0], waiting[2]]) {
        assert.equal((await bench.ended(other, id ?? '')).state, 'finished');
      }
      on.resolve();
      assert.equal((await bench.ended(other, runs)).state, 'finished');
    });
    await queue.idle();
    assert.equal((await queue.find(waiting[1] ?? ''))?.state, 'cancelled');
  });

  it('leaves one that has ended as it is, however often it is asked to end', async () => {
    await bench.working(triedWorker(echo), async (queue) => {
      const { job } = await queue.submit(newJob('over'));
      const over = await bench.ended(queue, job.id);
      assert.deepEqual(await queue.cancel(job.id), over);
      assert.deepEqual(await queue.cancel(job.id), over);
      assert.deepEqual(await queue.find(job.id), over);
      assert.equal(await queue.cancel(randomUUID()), undefined);
    });
  });

  it('tells one that runs to stop, and which of both it was afterwards', async () => {
    const worker = triedWorker(async (job, { signal }) => {
      if (job.request.what === 'too late') {
        await until(() => signal.aborted);
        return { text: 'published' };
      }
      await sleep(60_000, undefined, { signal }).catch(() => {});
      throw signal.reason;
    });
    await bench.working(worker, async (queue) => {
      for (const [what, state] of [
        ['in time', 'cancelled'],
        ['too late', 'finished'],
      ] as const) {
        const { job } = await queue.submit(newJob(what));
        await until(() => worker.begun.some(({ id }) => id === job.id));
        const told = await queue.cancel(job.id);
        assert.deepEqual([told?.state, told?.stopping], ['running', true]);
        const over = await bench.ended(queue, job.id);
        assert.deepEqual([over.state, over.stopping], [state, undefined]);
      }
    });
  });

  for (const [how, error] of [
    ['fails and would be done again', new LobarError('pacs-unreachable', { pacs: 'main', problem: 'away' })],
    ['fails of itself', new LobarError('internal', {})],
    ['is given back by a process that ends', new LobarError('shutting-down', {})],
  ] as const)
    it(`never begins one again that was told to stop and then ${how}`, async () => {
      const on = Promise.withResolvers<void>();
      const worker = triedWorker(
        async () => {
          await on.promise;
          throw error;
        },
        { told: true },
      );
      await bench.working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('told to stop'));
        await until(() => worker.begun.length === 1);
        assert.equal((await queue.cancel(job.id))?.stopping, true);
        on.resolve();
        assert.equal((await bench.ended(queue, job.id)).state, 'cancelled');
        const call = await bench.backend.calls.take(AbortSignal.timeout(5000));
        assert.deepEqual(call?.body, { of: job.id, state: 'cancelled' });
        await call?.done();
        assert.deepEqual(worker.events, [`cancelled ${job.id}`]);
      });
      assert.equal(worker.begun.length, 1);
    });
}
