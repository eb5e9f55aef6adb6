import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../support/until.ts';
import { newJob, type QueueBench } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** How jobs are ended before their time, and removed. */
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

  it('does not bring back one that was ended and then removed while its message waits', async () => {
    const worker = triedWorker(echo);
    const asked = newJob('removed');
    // As it is where whoever ended it could not take its message out.
    await bench.backend.jobs.push(asked.id, asked);
    const stored = await bench.backend.store.create({ ...asked, state: 'queued', attempt: 0 });
    assert.ok(stored);
    await bench.backend.store.update(stored, { ...stored.job, state: 'cancelled' });
    await bench.backend.store.remove(asked.id);
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('after it'));
      await bench.ended(queue, job.id);
      assert.equal(await queue.find(asked.id), undefined);
    });
    assert.deepEqual(
      worker.begun.map(({ request }) => request.what),
      ['after it'],
    );
  });

  it('removes one that has ended', async () => {
    await bench.working(triedWorker(echo), async (queue) => {
      const { job } = await queue.submit(newJob('kept no longer'));
      await bench.ended(queue, job.id);
      assert.equal((await queue.cancel(job.id))?.state, 'finished');
      assert.equal(await queue.find(job.id), undefined);
      assert.equal(await queue.cancel(job.id), undefined);
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
}
