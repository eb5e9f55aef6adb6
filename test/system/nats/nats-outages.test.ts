import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { hasEnded } from '../../../src/queue/job.ts';
import { newJob } from '../../queue/support/queue-bench.ts';
import { type TriedJob, triedWorker } from '../../queue/support/tried-worker.ts';
import { natsMissing, startNats } from '../../support/nats/start-nats.ts';
import { until } from '../../support/until.ts';
import { type Opened, openOnNats } from './support/open-on-nats.ts';

const outageMs = 20_000;

describe('a queue whose NATS comes and goes', { skip: natsMissing, concurrency: true }, () => {
  const nats = async (test: TestContext) => {
    const started = await startNats();
    test.after(started.close);
    return started;
  };
  const ended = async ({ queue }: Opened, id: string) => {
    let job: TriedJob | undefined;
    await until(async () => {
      job = await queue.find(id).catch(() => undefined);
      return job !== undefined && hasEnded(job);
    }, 50);
    return job;
  };

  it('is opened while NATS is not there, says so, and works as soon as it is', async (test) => {
    const server = await nats(test);
    await server.stop();
    const opened = await openOnNats(test, { url: server.url }, { wait: false });
    const worker = triedWorker(async () => ({ text: 'done' }));
    opened.work(worker);
    await until(() => opened.log.length > 0);
    assert.equal(opened.queue.up, false);
    await assert.rejects(opened.queue.submit(newJob('too early')), {
      code: 'queue-unavailable',
      status: 503,
      details: { retryAfterSeconds: 10 },
    });
    await server.start();
    await until(() => opened.queue.up);
    const { job } = await opened.queue.submit(newJob('now'));
    assert.equal((await ended(opened, job.id))?.state, 'finished');
    assert.deepEqual(opened.log, [
      'the queue cannot be reached: no connection (ECONNREFUSED)',
      'the queue is connected',
    ]);
  });

  it('keeps what waits and what was done over the loss of NATS', async (test) => {
    const server = await nats(test);
    const opened = await openOnNats(test, { url: server.url });
    const worker = triedWorker(async ({ request }) => ({ text: request.what }), { places: 1 });
    const { job: waiting } = await opened.queue.submit(newJob('waits'));
    await server.stop();
    await server.start();
    await until(() => opened.queue.up);
    assert.equal((await opened.queue.find(waiting.id))?.state, 'queued');
    opened.work(worker);
    assert.deepEqual((await ended(opened, waiting.id))?.result, { text: 'waits' });
    await server.stop();
    await server.start();
    await until(() => opened.queue.up);
    assert.deepEqual((await opened.queue.find(waiting.id))?.result, { text: 'waits' });
  });

  it('does not throw away what was done while NATS was away', async (test) => {
    const server = await nats(test);
    const opened = await openOnNats(test, { url: server.url });
    const away = Promise.withResolvers<void>();
    const worker = triedWorker(async () => {
      await away.promise;
      return { text: 'done in the dark' };
    });
    opened.work(worker);
    const { job } = await opened.queue.submit(newJob('long'));
    await until(() => worker.begun.length === 1);
    await server.stop();
    away.resolve();
    await sleep(outageMs);
    await server.start();
    const done = await ended(opened, job.id);
    assert.deepEqual([done?.result, done?.attempt], [{ text: 'done in the dark' }, 1]);
    assert.deepEqual([worker.begun.length, worker.troubles], [1, []]);
    // Nor is it begun anew afterwards: its message is gone.
    const connection = await connect({ servers: server.url });
    test.after(() => connection.close());
    const { streams } = await jetstreamManager(connection);
    await until(async () => (await streams.info('lobar-jobs')).state.messages === 0, 50);
    assert.equal(worker.begun.length, 1);
  });

  it('goes on with what it has in hand for long when NATS is started anew', async (test) => {
    const server = await nats(test);
    const settings = { url: server.url, ackSeconds: 2 };
    const both = [await openOnNats(test, settings), await openOnNats(test, settings)] as const;
    const on = Promise.withResolvers<void>();
    const worker = triedWorker(async ({ attempt }) => {
      await on.promise;
      return { text: `attempt ${attempt}` };
    });
    for (const opened of both) opened.work(worker);
    const { job } = await both[0].queue.submit(newJob('long'));
    await until(() => worker.begun.length === 1);
    // For NATS its time is long over then, but for signs of life that it may have forgotten.
    await sleep(5000);
    for (let times = 0; times < 3; times += 1) {
      await server.stop();
      await server.start();
      await until(() => both.every(({ queue }) => queue.up));
      await sleep(3000);
    }
    on.resolve();
    assert.deepEqual((await ended(both[1], job.id))?.result, { text: 'attempt 1' });
    assert.equal(worker.begun.length, 1);
  });

  it('lets two processes do one of two equal requests that come at the same time', async (test) => {
    const server = await nats(test);
    const [one, other] = [
      await openOnNats(test, { url: server.url }),
      await openOnNats(test, { url: server.url }),
    ];
    const workers = [one, other].map((opened) => {
      const worker = triedWorker(async ({ request }) => ({ text: request.what }));
      opened.work(worker);
      return worker;
    });
    for (let round = 0; round < 20; round += 1) {
      const id = randomUUID();
      const both = await Promise.all([one, other].map(({ queue }) => queue.submit(newJob('same', id))));
      assert.equal(both.filter(({ isNew }) => isNew).length, 1);
      await ended(other, id);
      assert.equal((await one.queue.find(id))?.attempt, 1);
    }
    assert.equal(workers.flatMap(({ begun }) => begun).length, 20);
  });
});
