import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../../../src/errors.ts';
import type { QueueBackend } from '../../../src/queue/backend.ts';
import type { NewJob } from '../../../src/queue/job.ts';
import { hasEnded } from '../../../src/queue/job.ts';
import { JobQueue } from '../../../src/queue/job-queue.ts';
import { until } from '../../support/until.ts';
import {
  type Asked,
  type Done,
  type Told,
  type TriedJob,
  type TriedWorker,
  triedWorker,
} from './tried-worker.ts';

export type TriedBackend = QueueBackend<Asked, Done, Told>;

export interface QueueUnderTest {
  /** A queue of its own, shared by all backends that are opened of it. */
  open(settings?: { readonly ackSeconds?: number; readonly length?: number }): Promise<{
    /** What another process would have. */
    connect(): Promise<TriedBackend>;
    /** What was given up: the codes, by the ids of jobs. */
    buried?(): Promise<ReadonlyMap<string, string>>;
    close(): Promise<void>;
  }>;
}

const deliveries = 3;

export function newJob(what: string, id: string = randomUUID()): NewJob<Asked> {
  return { id, owner: 'somebody', request: { what }, submitted: new Date().toISOString() };
}

/** What any queue has to do, whatever it stands on. */
export function describeQueue(name: string, under: QueueUnderTest, skip: string | false = false): void {
  describe(name, { skip }, () => {
    let opened: Awaited<ReturnType<QueueUnderTest['open']>>;
    let backend: TriedBackend;
    const queues: JobQueue<Asked, Done, Told>[] = [];

    before(async () => {
      opened = await under.open({ ackSeconds: 1 });
      backend = await opened.connect();
    });
    after(async () => {
      for (const queue of queues) await queue.stop();
      await opened.close();
    });

    const queueOf = (on: TriedBackend = backend, retrySeconds = 0.05) => {
      const queue = new JobQueue(on, {
        deliveries,
        retrySeconds,
        same: (one, other) => one.what === other.what,
      });
      queues.push(queue);
      return queue;
    };
    /** Works until what is to be seen is seen. */
    const working = async (
      worker: TriedWorker,
      use: (queue: JobQueue<Asked, Done, Told>) => Promise<void>,
    ) => {
      const queue = queueOf();
      queue.work(worker, worker.observer);
      try {
        await use(queue);
      } finally {
        await queue.stop();
        await queue.idle();
      }
    };
    const ended = async (queue: JobQueue<Asked, Done, Told>, id: string): Promise<TriedJob> => {
      let job: TriedJob | undefined;
      await until(async () => {
        job = await queue.find(id);
        return job !== undefined && hasEnded(job);
      });
      assert.ok(job);
      return job;
    };
    const text = async ({ request }: TriedJob) => ({ text: request.what });

    it('does what is submitted, and keeps what came of it', async () => {
      await working(triedWorker(text), async (queue) => {
        const { job, isNew } = await queue.submit(newJob('one'));
        assert.deepEqual([job.state, job.attempt, isNew], ['queued', 0, true]);
        const done = await ended(queue, job.id);
        assert.deepEqual([done.state, done.attempt, done.result], ['finished', 1, { text: 'one' }]);
        assert.ok(done.started && done.ended && done.submitted <= done.started && done.started <= done.ended);
      });
    });

    it('knows a job that nobody has begun', async () => {
      const queue = queueOf();
      const { job } = await queue.submit(newJob('one that waits'));
      const found = await queue.find(job.id);
      assert.deepEqual([found?.state, found?.request], ['queued', { what: 'one that waits' }]);
      await queue.cancel(job.id);
    });

    it('knows none that nobody submitted, whatever is asked for', async () => {
      const queue = queueOf();
      for (const id of [randomUUID(), '*', '>', '', 'a.b', '../x', ' '])
        assert.equal(await queue.find(id), undefined, id);
    });

    it('does once what is submitted twice with the same id', async () => {
      const worker = triedWorker(text);
      await working(worker, async (queue) => {
        const asked = newJob('twice');
        const both = await Promise.all([queue.submit(asked), queue.submit(asked)]);
        assert.deepEqual(both.map(({ isNew }) => isNew).sort(), [false, true]);
        await ended(queue, asked.id);
        const late = await queue.submit(asked);
        assert.deepEqual([late.isNew, late.job.state], [false, 'finished']);
      });
      assert.equal(worker.begun.length, 1);
    });

    it('refuses the id of another request, also when both come at the same time', async () => {
      const queue = queueOf();
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

    it('ends one that waits at once, and never begins it', async () => {
      const worker = triedWorker(text);
      const { id } = newJob('');
      const queue = queueOf();
      await queue.submit(newJob('unwanted', id));
      assert.equal((await queue.cancel(id))?.state, 'cancelled');
      await working(worker, async (other) => {
        const { job } = await other.submit(newJob('wanted'));
        await ended(other, job.id);
      });
      assert.deepEqual(
        worker.begun.map(({ request }) => request.what),
        ['wanted'],
      );
      assert.equal((await queue.find(id))?.state, 'cancelled');
    });

    it('does not bring back one that was ended and then removed while its message waits', async () => {
      const worker = triedWorker(text);
      const asked = newJob('removed');
      // As it is where whoever ended it could not take its message out.
      await backend.jobs.push(asked.id, asked);
      const stored = await backend.store.create({ ...asked, state: 'queued', attempt: 0 });
      assert.ok(stored);
      await backend.store.update(stored, { ...stored.job, state: 'cancelled' });
      await backend.store.remove(asked.id);
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('after it'));
        await ended(queue, job.id);
        assert.equal(await queue.find(asked.id), undefined);
      });
      assert.deepEqual(
        worker.begun.map(({ request }) => request.what),
        ['after it'],
      );
    });

    it('removes one that has ended', async () => {
      await working(triedWorker(text), async (queue) => {
        const { job } = await queue.submit(newJob('kept no longer'));
        await ended(queue, job.id);
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
      await working(worker, async (queue) => {
        for (const [what, state] of [
          ['in time', 'cancelled'],
          ['too late', 'finished'],
        ] as const) {
          const { job } = await queue.submit(newJob(what));
          await until(() => worker.begun.some(({ id }) => id === job.id));
          const told = await queue.cancel(job.id);
          assert.deepEqual([told?.state, told?.stopping], ['running', true]);
          const over = await ended(queue, job.id);
          assert.deepEqual([over.state, over.stopping], [state, undefined]);
        }
      });
    });

    it('tells what a job is at', async () => {
      const on = Promise.withResolvers<void>();
      const worker = triedWorker(async (_job, { onStage }) => {
        onStage('reading');
        await on.promise;
        return { text: '' };
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('in stages'));
        await until(async () => (await queue.find(job.id))?.stage === 'reading');
        on.resolve();
        assert.equal((await ended(queue, job.id)).stage, undefined);
      });
    });

    it('does again what may go well then, and says meanwhile why it waits', async () => {
      const on = Promise.withResolvers<void>();
      const worker = triedWorker(async (job) => {
        if (job.attempt === 1) throw new LobarError('pacs-unreachable', { pacs: 'main', problem: 'away' });
        await on.promise;
        return { text: `attempt ${job.attempt}` };
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('at the second try'));
        await until(async () => (await queue.find(job.id))?.error?.code === 'pacs-unreachable');
        on.resolve();
        const done = await ended(queue, job.id);
        assert.deepEqual([done.result, done.attempt], [{ text: 'attempt 2' }, 2]);
        assert.deepEqual(worker.events, [`retried ${job.id} pacs-unreachable`, `finished ${job.id}`]);
      });
    });

    it('gives up what fails every time, after as many tries as it may have', async () => {
      const worker = triedWorker(async () => {
        throw new LobarError('ehr-unreachable', { ehr: 'main', problem: 'away' });
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('in vain'));
        const over = await ended(queue, job.id);
        assert.deepEqual(
          [over.state, over.error?.code, over.attempt],
          ['failed', 'ehr-unreachable', deliveries],
        );
        await until(
          async () => (await opened.buried?.())?.get(job.id) === 'ehr-unreachable' || !opened.buried,
        );
      });
      assert.equal(worker.begun.length, deliveries);
    });

    it('gives up at once what no other try would change', async () => {
      const worker = triedWorker(async () => {
        throw new LobarError('study-not-found', { pacs: 'main' });
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('not there'));
        const over = await ended(queue, job.id);
        assert.deepEqual([over.state, over.error?.code, over.attempt], ['failed', 'study-not-found', 1]);
        await until(
          async () => (await opened.buried?.())?.get(job.id) === 'study-not-found' || !opened.buried,
        );
      });
    });

    it('does not count the times that a process had no place for it, or ended', async () => {
      let times = 0;
      const worker = triedWorker(async ({ attempt }) => {
        times += 1;
        if (times <= deliveries * 2) throw new LobarError('shutting-down', {});
        return { text: `attempt ${attempt}` };
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('put back'));
        const done = await ended(queue, job.id);
        assert.deepEqual([done.state, done.result, done.attempt], ['finished', { text: 'attempt 1' }, 1]);
      });
    });

    it('begins once more what a lost process had in hand', async () => {
      const queue = queueOf();
      const { job } = await queue.submit(newJob('left behind'));
      await lose(backend, job.id);
      const worker = triedWorker(async ({ attempt }) => ({ text: `attempt ${attempt}` }));
      await working(worker, async (other) => {
        assert.deepEqual((await ended(other, job.id)).result, { text: 'attempt 2' });
      });
      assert.deepEqual(worker.events, [`taken over ${job.id}`, `finished ${job.id}`]);
    });

    it('gives up what was in hand whenever a process was lost, and goes on', async () => {
      const queue = queueOf();
      const { job } = await queue.submit(newJob('poison'));
      for (let lost = 1; lost <= deliveries; lost += 1) await lose(backend, job.id);
      const worker = triedWorker(text);
      await working(worker, async (other) => {
        const { job: healthy } = await other.submit(newJob('healthy'));
        assert.equal((await ended(other, healthy.id)).state, 'finished');
        const over = await ended(other, job.id);
        assert.deepEqual(
          [over.state, over.error?.code, over.attempt],
          ['failed', 'process-lost', deliveries],
        );
        await until(async () => (await opened.buried?.())?.get(job.id) === 'process-lost' || !opened.buried);
      });
      assert.deepEqual(
        worker.begun.map(({ request }) => request.what),
        ['healthy'],
      );
    });

    it('does nothing beside what a lost process had in hand: it might take it along', async () => {
      const queue = queueOf();
      const { job: suspect } = await queue.submit(newJob('suspect'));
      await lose(backend, suspect.id);
      const first = Promise.withResolvers<void>();
      const second = Promise.withResolvers<void>();
      const worker = triedWorker(async ({ request }) => {
        if (request.what === 'first') await first.promise;
        if (request.what === 'suspect') await second.promise;
        return { text: request.what };
      });
      const names = () => worker.begun.map(({ request }) => request.what);
      await working(worker, async (other) => {
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
        await ended(other, last.id);
        assert.deepEqual(names(), ['first', 'suspect', 'last']);
      });
    });

    it('keeps a job for as long as its process gives signs of life', async () => {
      const worker = triedWorker(async () => {
        await sleep(3 * backend.ackMs);
        return { text: 'slow' };
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('long'));
        assert.equal((await ended(queue, job.id)).attempt, 1);
      });
      assert.equal(worker.begun.length, 1);
    });

    it('throws away what a process did for a job that another one has begun since', async () => {
      const on = Promise.withResolvers<void>();
      const worker = triedWorker(async ({ attempt, request }) => {
        if (request.what === 'contested' && attempt === 1) await on.promise;
        return { text: `attempt ${attempt}` };
      });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('contested'));
        await until(() => worker.begun.length === 1);
        const stored = await backend.store.find(job.id);
        assert.ok(stored);
        await backend.store.update(stored, { ...stored.job, attempt: 2 });
        on.resolve();
        const done = await ended(queue, job.id);
        assert.deepEqual([done.attempt, done.result], [3, { text: 'attempt 3' }]);
      });
    });

    it('drops another message of a job that is bound to the first', async () => {
      const worker = triedWorker(text);
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('bound'));
        await ended(queue, job.id);
        const stored = await backend.store.find(job.id);
        assert.ok(stored);
        await backend.store.update(stored, { ...stored.job, state: 'queued', message: 'another' });
        await backend.jobs.push(job.id, stored.job);
        const { job: next } = await queue.submit(newJob('next'));
        await ended(queue, next.id);
        assert.equal((await backend.store.find(job.id))?.job.state, 'queued');
      });
      assert.deepEqual(
        worker.begun.map(({ request }) => request.what),
        ['bound', 'next'],
      );
    });

    it('has the end of a job told once', async () => {
      const worker = triedWorker(text, { told: true });
      await working(worker, async (queue) => {
        const { job } = await queue.submit(newJob('to be told'));
        await ended(queue, job.id);
        const call = await backend.calls.take(AbortSignal.timeout(5000));
        assert.deepEqual(call?.body, { of: job.id, state: 'finished' });
        await call?.done();
      });
      assert.equal(await backend.calls.take(AbortSignal.timeout(1500)), undefined);
    });

    it('has the end of one told that was ended while it waited', async () => {
      const worker = triedWorker(
        async (_job, { signal }) => {
          await sleep(60_000, undefined, { signal }).catch(() => {});
          throw signal.reason;
        },
        { told: true, places: 1 },
      );
      await working(worker, async (queue) => {
        const { job: first } = await queue.submit(newJob('in the way'));
        await until(() => worker.begun.length === 1);
        const { job } = await queue.submit(newJob('never begun'));
        await queue.cancel(job.id);
        const call = await backend.calls.take(AbortSignal.timeout(5000));
        assert.deepEqual(call?.body, { of: job.id, state: 'cancelled' });
        await call?.done();
        await queue.cancel(first.id);
        const other = await backend.calls.take(AbortSignal.timeout(5000));
        assert.deepEqual(other?.body, { of: first.id, state: 'cancelled' });
        await other?.done();
        assert.deepEqual(worker.events.sort(), [`cancelled ${first.id}`, `cancelled ${job.id}`].sort());
      });
    });

    it('says of what it has forgotten that it knew it', async () => {
      const worker = triedWorker(text);
      await working(worker, async (queue) => {
        const asked = newJob('remembered');
        await queue.submit(asked, { remember: true });
        await ended(queue, asked.id);
        await queue.cancel(asked.id);
        await assert.rejects(queue.submit(asked, { remember: true }), { code: 'analysis-forgotten' });
      });
    });

    it('begins no more once it was told to stop, and finishes what it has begun', async () => {
      const on = Promise.withResolvers<void>();
      const worker = triedWorker(async () => {
        await on.promise;
        return { text: '' };
      });
      const queue = queueOf();
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

    it('refuses what it has no room for', async () => {
      const small = await under.open({ length: 2 });
      const queue = queueOf(await small.connect());
      const first = await queue.submit(newJob('1'));
      await queue.submit(newJob('2'));
      await until(() => queue.waiting === 2);
      await assert.rejects(queue.submit(newJob('3')), { code: 'at-capacity' });
      await queue.submit(first.job);
      await small.close();
    });
  });
}

/** Takes a job as a process does that is lost in the middle of it. */
async function lose(backend: TriedBackend, id: string): Promise<void> {
  const delivery = await backend.jobs.take(AbortSignal.timeout(20_000));
  assert.equal(delivery?.id, id);
  const stored = await backend.store.find(id);
  assert.ok(stored && delivery);
  const { job } = stored;
  await backend.store.update(stored, {
    ...job,
    state: 'running',
    attempt: job.attempt + 1,
    message: delivery.message,
  });
}
