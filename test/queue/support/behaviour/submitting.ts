import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { LobarError } from '../../../../src/errors.ts';
import { until } from '../../../support/until.ts';
import { newJob, type QueueBench, withParts } from '../queue-bench.ts';
import { echo, triedWorker } from '../tried-worker.ts';

/** How jobs come in, and what is known of them. */
export function submitting(bench: QueueBench): void {
  it('does what is submitted, and keeps what came of it', async () => {
    await bench.working(triedWorker(echo), async (queue) => {
      const { job, isNew } = await queue.submit(newJob('one'));
      assert.deepEqual([job.state, job.attempt, isNew], ['queued', 0, true]);
      const done = await bench.ended(queue, job.id);
      assert.deepEqual([done.state, done.attempt, done.result], ['finished', 1, { text: 'one' }]);
      assert.ok(done.started && done.ended && done.submitted <= done.started && done.started <= done.ended);
    });
  });

  it('knows a job that nobody has begun', async () => {
    const queue = bench.queueOf();
    const { job } = await queue.submit(newJob('one that waits'));
    const found = await queue.find(job.id);
    assert.deepEqual([found?.state, found?.request], ['queued', { what: 'one that waits' }]);
    await queue.cancel(job.id);
  });

  it('knows none that nobody submitted, whatever is asked for', async () => {
    const queue = bench.queueOf();
    for (const id of [randomUUID(), '*', '>', '', 'a.b', '../x', ' '])
      assert.equal(await queue.find(id), undefined, id);
  });

  it('does once what is submitted twice with the same id', async () => {
    const worker = triedWorker(echo);
    await bench.working(worker, async (queue) => {
      const asked = newJob('twice');
      const both = await Promise.all([queue.submit(asked), queue.submit(asked)]);
      assert.deepEqual(both.map(({ isNew }) => isNew).sort(), [false, true]);
      await bench.ended(queue, asked.id);
      const late = await queue.submit(asked);
      assert.deepEqual([late.isNew, late.job.state], [false, 'finished']);
    });
    assert.equal(worker.begun.length, 1);
  });

  it('refuses the id of another request, also when both come at the same time', async () => {
    const queue = bench.queueOf();
    const id = randomUUID();
    const both = await Promise.allSettled([
      queue.submit(newJob('this', id)),
      queue.submit(newJob('that', id)),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    await assert.rejects(queue.submit({ ...newJob('this', id), owner: 'another' }), {
      code: 'idempotency-key-reused',
    });
    await queue.cancel(id);
  });

  it('says of what it has forgotten that it knew it', async () => {
    // Kept for a tenth of a second.
    const { backend, close } = await bench.another({ keepDays: 0.1 / 86_400 });
    const asked = newJob('remembered');
    const queue = bench.queueOf(backend);
    await bench.working(
      triedWorker(echo),
      async () => {
        await queue.submit(asked, { remember: true });
        await until(async () => (await queue.find(asked.id)) === undefined);
        await assert.rejects(queue.submit(asked, { remember: true }), { code: 'analysis-forgotten' });
      },
      queue,
    );
    await close();
  });

  it('remembers one whose process was lost before it could', async () => {
    const { store } = bench.backend;
    let lost = true;
    const remember = async (id: string) => {
      if (lost) throw new LobarError('queue-unavailable', { problem: 'away' });
      await store.remember(id);
    };
    const queue = bench.queueOf(withParts(bench.backend, { store: { remember } }));
    const asked = newJob('not remembered');
    await assert.rejects(queue.submit(asked, { remember: true }), { code: 'queue-unavailable' });
    lost = false;
    assert.equal((await queue.submit(asked, { remember: true })).isNew, false);
    assert.equal(await store.remembers(asked.id), true);
    await queue.cancel(asked.id);
  });

  it('refuses what it has no room for', async () => {
    const small = await bench.another({ length: 2 });
    const queue = bench.queueOf(small.backend);
    const first = await queue.submit(newJob('1'));
    await queue.submit(newJob('2'));
    await until(() => queue.waiting === 2);
    await assert.rejects(queue.submit(newJob('3')), { code: 'at-capacity' });
    await queue.submit(first.job);
    await small.close();
  });
}
