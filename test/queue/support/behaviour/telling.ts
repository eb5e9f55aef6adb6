import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../support/until.ts';
import { newJob, type QueueBench } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** Who is told of ends. */
export function telling(bench: QueueBench): void {
  it('has the end of a job told once', async () => {
    const worker = triedWorker(echo, { told: true });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('to be told'));
      await bench.ended(queue, job.id);
      const call = await bench.backend.calls.take(AbortSignal.timeout(5000));
      assert.deepEqual(call?.body, { of: job.id, state: 'finished' });
      await call?.done();
    });
    assert.equal(await bench.backend.calls.take(AbortSignal.timeout(1500)), undefined);
  });

  it('has the end of one told that was ended while it waited', async () => {
    const worker = triedWorker(
      async (_job, { signal }) => {
        await sleep(60_000, undefined, { signal }).catch(() => {});
        throw signal.reason;
      },
      { told: true, places: 1 },
    );
    await bench.working(worker, async (queue) => {
      const { job: first } = await queue.submit(newJob('in the way'));
      await until(() => worker.begun.length === 1);
      const { job } = await queue.submit(newJob('never begun'));
      await queue.cancel(job.id);
      const call = await bench.backend.calls.take(AbortSignal.timeout(5000));
      assert.deepEqual(call?.body, { of: job.id, state: 'cancelled' });
      await call?.done();
      await queue.cancel(first.id);
      const other = await bench.backend.calls.take(AbortSignal.timeout(5000));
      assert.deepEqual(other?.body, { of: first.id, state: 'cancelled' });
      await other?.done();
      assert.deepEqual(worker.events.sort(), [`cancelled ${first.id}`, `cancelled ${job.id}`].sort());
    });
  });
}
