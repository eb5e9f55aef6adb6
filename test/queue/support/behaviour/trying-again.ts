import assert from 'node:assert/strict';
import { it } from 'node:test';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { deliveries, newJob, type QueueBench, withParts } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

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

  it('gives up what fails of itself every time, after as many tries as it may have', async () => {
    const worker = triedWorker(async () => {
      throw new LobarError('inference-failed', { problem: 'it ended' });
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('in vain'));
      const over = await bench.ended(queue, job.id);
      assert.deepEqual(
        [over.state, over.error?.code, over.attempt],
        ['failed', 'inference-failed', deliveries],
      );
      await bench.buried(job.id, 'inference-failed');
    });
    assert.equal(worker.begun.length, deliveries);
  });

  it('does again what others fail at, however often, and does not count it', async () => {
    const worker = triedWorker(async ({ attempt }) => {
      if (attempt <= deliveries + 2)
        throw new LobarError('ehr-unreachable', { ehr: 'main', problem: 'away' });
      throw new LobarError('inference-failed', { problem: 'it ended' });
    });
    await bench.working(worker, async (queue) => {
      const { job } = await queue.submit(newJob('while others are away'));
      const over = await bench.ended(queue, job.id);
      // Of itself it failed as often as it may.
      assert.deepEqual([over.attempt, over.failures], [deliveries + 2 + deliveries, deliveries]);
    });
  });

  it('gives up what others fail at when it has lasted for too long', async () => {
    const worker = triedWorker(async () => {
      throw new LobarError('ehr-unreachable', { ehr: 'main', problem: 'away' });
    });
    const queue = bench.queueOf(bench.backend, { retryHours: 0.2 / 3600 });
    await bench.working(
      worker,
      async () => {
        const { job } = await queue.submit(newJob('for too long'));
        const over = await bench.ended(queue, job.id);
        assert.deepEqual([over.state, over.error?.code], ['failed', 'ehr-unreachable']);
        assert.ok(over.begun && over.ended);
        assert.ok(Date.parse(over.ended) - Date.parse(over.begun) >= 200);
        await bench.buried(job.id, 'ehr-unreachable');
      },
      queue,
    );
    assert.ok(worker.begun.length > 1);
  });

  it('keeps no letter of what is only told to who asked', async () => {
    const mistaken = triedWorker(
      async () => {
        throw new LobarError('study-not-found', { pacs: 'main' });
      },
      { buries: false },
    );
    const buried: string[] = [];
    const bury = async ({ id }: { readonly id: string }) => void buried.push(id);
    const queue = bench.queueOf(withParts(bench.backend, { jobs: { bury } }));
    await bench.working(
      mistaken,
      async () => {
        const { job } = await queue.submit(newJob('a mistake'));
        assert.equal((await bench.ended(queue, job.id)).state, 'failed');
      },
      queue,
    );
    assert.deepEqual(buried, []);
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

  it('gives up a job whose notes cannot be read, and goes on', async () => {
    const worker = triedWorker(echo);
    const { store } = bench.backend;
    const asked = newJob('unreadable');
    const find = async (id: string) => {
      if (id === asked.id) throw new LobarError('message-unreadable', {});
      return await store.find(id);
    };
    await bench.backend.jobs.push(asked.id, asked);
    const queue = bench.queueOf(withParts(bench.backend, { store: { find } }));
    await bench.working(
      worker,
      async () => {
        await until(() => worker.events.includes(`failed ${asked.id}`));
        await bench.buried(asked.id, 'message-unreadable');
        const { job } = await queue.submit(newJob('readable'));
        await bench.ended(queue, job.id);
      },
      queue,
    );
    assert.equal(worker.troubles.length, deliveries);
    assert.deepEqual(
      worker.begun.map(({ request }) => request.what),
      ['readable'],
    );
  });

  it('lets go of a job that has ended where nobody can be told so, and does not do it again', async () => {
    const worker = triedWorker(echo, { told: true });
    const done: string[] = [];
    const { jobs } = bench.backend;
    const push = async () => {
      throw new LobarError('at-capacity', { what: 'queue' });
    };
    const take = async (signal: AbortSignal) => {
      const delivery = await jobs.take(signal);
      if (delivery === undefined) return undefined;
      return {
        ...delivery,
        done: async () => {
          await delivery.done();
          done.push(delivery.id);
        },
      };
    };
    const queue = bench.queueOf(withParts(bench.backend, { jobs: { take }, calls: { push } }));
    await bench.working(
      worker,
      async () => {
        const { job } = await queue.submit(newJob('nobody hears of it'));
        await until(() => done.includes(job.id));
        assert.equal((await queue.find(job.id))?.state, 'finished');
      },
      queue,
    );
    assert.deepEqual([worker.begun.length, worker.troubles.length], [1, deliveries]);
  });
}
