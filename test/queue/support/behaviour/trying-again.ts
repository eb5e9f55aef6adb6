import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { deliveries, newJob, type QueueBench } from '../queue-bench.ts';
import { triedWorker } from '../tried-worker.ts';

/** What is done again, and for how long. */
export function tryingAgain(bench: QueueBench): void {
  it('tells what a job is at', async () => {
    const on = Promise.withResolvers<void>();
    const worker = triedWorker(async (_job, { onStage }) => {
      onStage('reading');
      await on.promise;
      return { text: '' };
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('in stages'));
      await until(async () => (await queue.find(job.id))?.stage === 'reading');
      on.resolve();
      assert.equal((await bench.ended(queue, job.id)).stage, undefined);
    });
  });

  it('does again what may go well then, and says meanwhile why it waits', async () => {
    const on = Promise.withResolvers<void>();
    const worker = triedWorker(async (job) => {
      if (job.attempt === 1) throw new LobarError('pacs-unreachable', { pacs: 'main', problem: 'away' });
      await on.promise;
      return { text: `attempt ${job.attempt}` };
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('at the second try'));
      await until(async () => (await queue.find(job.id))?.error?.code === 'pacs-unreachable');
      on.resolve();
      const done = await bench.ended(queue, job.id);
      assert.deepEqual([done.result, done.attempt], [{ text: 'attempt 2' }, 2]);
      assert.deepEqual(worker.events, [`retried ${job.id} pacs-unreachable`, `finished ${job.id}`]);
    });
  });

  it('gives up what fails every time, after as many tries as it may have', async () => {
    const worker = triedWorker(async () => {
      throw new LobarError('ehr-unreachable', { ehr: 'main', problem: 'away' });
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('in vain'));
      const over = await bench.ended(queue, job.id);
      assert.deepEqual(
        [over.state, over.error?.code, over.attempt],
        ['failed', 'ehr-unreachable', deliveries],
      );
      await bench.buried(job.id, 'ehr-unreachable');
    });
    assert.equal(worker.begun.length, deliveries);
  });

  it('gives up at once what no other try would change', async () => {
    const worker = triedWorker(async () => {
      throw new LobarError('study-not-found', { pacs: 'main' });
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('not there'));
      const over = await bench.ended(queue, job.id);
      assert.deepEqual([over.state, over.error?.code, over.attempt], ['failed', 'study-not-found', 1]);
      await bench.buried(job.id, 'study-not-found');
    });
  });

  it('does not count the times that a process had no place for it, or ended', async () => {
    let times = 0;
    const worker = triedWorker(async ({ attempt }) => {
      times += 1;
      if (times <= deliveries * 2) throw new LobarError('shutting-down', {});
      return { text: `attempt ${attempt}` };
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('put back'));
      const done = await bench.ended(queue, job.id);
      assert.deepEqual([done.state, done.result, done.attempt], ['finished', { text: 'attempt 1' }, 1]);
    });
  });
}
