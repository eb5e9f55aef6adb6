import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { newJob } from '../../queue/support/queue-bench.ts';
import { echo, triedWorker } from '../../queue/support/tried-worker.ts';
import { natsMissing, type StartedNats, startNats } from '../../support/nats/start-nats.ts';
import { until } from '../../support/until.ts';
import { type Opened, openOnNats } from './support/open-on-nats.ts';

describe('taking from a queue on NATS', { skip: natsMissing, concurrency: true }, () => {
  const server = async (test: TestContext, more?: string) => {
    const nats = await startNats(more);
    test.after(nats.close);
    return nats;
  };
  /** As an administrator reaches it. */
  const administered = async (test: TestContext, { url }: StartedNats) => {
    const connection = await connect({ servers: url });
    test.after(() => connection.close());
    return { connection, manager: await jetstreamManager(connection) };
  };
  const doesOne = async ({ queue }: Opened, what: string) => {
    const { job } = await queue.submit(newJob(what));
    await until(async () => (await queue.find(job.id).catch(() => undefined))?.state === 'finished', 50);
  };

  for (const [what, remove] of [
    ['a consumer', (manager) => manager.consumers.delete('lobar-jobs', 'lobar-workers')],
    ['a stream', (manager) => manager.streams.delete('lobar-jobs')],
    ['a bucket', (manager) => manager.streams.delete('KV_lobar-jobs')],
  ] as const satisfies [string, (manager: Awaited<ReturnType<typeof jetstreamManager>>) => unknown][]) {
    it(`makes ${what} anew that somebody deleted, and goes on`, async (test) => {
      const nats = await server(test);
      const { manager } = await administered(test, nats);
      const opened = await openOnNats(test, { url: nats.url });
      opened.work(triedWorker(echo));
      await doesOne(opened, 'before');
      await remove(manager);
      // What is asked for before it is noticed is refused, or done.
      let id: string | undefined;
      await until(async () => {
        id = (await opened.queue.submit(newJob('after')).catch(() => undefined))?.job.id;
        return id !== undefined;
      }, 50);
      await until(async () => (await opened.queue.find(id ?? ''))?.state === 'finished', 50);
    });
  }

  it('tells that it cannot take, and that it can again', async (test) => {
    const nats = await server(test);
    const { connection, manager } = await administered(test, nats);
    const opened = await openOnNats(test, { url: nats.url });
    opened.work(triedWorker(echo));
    await doesOne(opened, 'before');
    opened.log.length = 0;
    const asked: string[] = [];
    const note = (_: unknown, { subject }: { readonly subject: string }) => void asked.push(subject);
    connection.subscribe('$JS.API.CONSUMER.>', { callback: note });
    await manager.consumers.delete('lobar-jobs', 'lobar-workers');
    await until(() => opened.log.length >= 2);
    assert.deepEqual(opened.log, [
      'the queue gives no jobs: the consumer lobar-workers is not there',
      'the queue gives jobs again',
    ]);
    // What is asked for while it is being made, NATS does not answer.
    const since = asked.slice(asked.findIndex((subject) => subject.includes('.DELETE.')));
    const first = (part: string) => since.findIndex((subject) => subject.includes(part));
    assert.ok(first('CREATE') > 0 && first('CREATE') < first('.MSG.NEXT.'), since.join(', '));
  });

  it('does not ask again at once where it is refused', async (test) => {
    const nats = await server(test);
    const { connection, manager } = await administered(test, nats);
    await manager.streams.add({ name: 'lobar-jobs', subjects: ['lobar.jobs.*'], retention: 'workqueue' });
    // One may wait: the other is refused.
    await manager.consumers.add('lobar-jobs', {
      ...{ durable_name: 'lobar-workers', ack_policy: 'explicit', max_waiting: 1 },
    });
    const both = [await openOnNats(test, { url: nats.url }), await openOnNats(test, { url: nats.url })];
    let asked = 0;
    const count = () => {
      asked += 1;
    };
    connection.subscribe('$JS.API.CONSUMER.MSG.NEXT.>', { callback: count });
    for (const opened of both) opened.work(triedWorker(echo));
    await sleep(3000);
    assert.ok(asked < 12, `${asked} times in three seconds`);
    const refusals = both.flatMap(({ log }) => log).filter((line) => line.includes('gives no jobs'));
    assert.match(refusals[0] ?? '', /the consumer lobar-workers answers: Exceeded MaxWaiting \(409\)$/);
    assert.ok(both.some(({ queue }) => !queue.up));
    await doesOne(both[0] as Opened, 'all the same');
  });

  it('works again after a time in which its password could not be read', async (test) => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-password-'));
    test.after(() => rm(folder, { recursive: true }));
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, 'p');
    const nats = await server(test, 'authorization: { user: lobar, password: p }');
    const opened = await openOnNats(test, { url: nats.url, username: 'lobar', passwordFile });
    opened.work(triedWorker(echo));
    for (let times = 0; times < 2; times += 1) {
      await doesOne(opened, `before ${times}`);
      await rm(passwordFile);
      await nats.stop();
      await nats.start();
      await sleep(3000);
      await writeFile(passwordFile, 'p');
      await until(() => opened.queue.up, 50);
      await doesOne(opened, `after ${times}`);
    }
  });

  it('is closed at once while servers do not answer', async (test) => {
    const silent = await Promise.all(
      [1, 2, 3].map(async () => {
        const sockets: Socket[] = [];
        const listening = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
        await once(listening, 'listening');
        test.after(() => {
          listening.close();
          // The library leaves them open, and with them the process.
          for (const socket of sockets) socket.destroy();
        });
        return (listening.address() as AddressInfo).port;
      }),
    );
    const url = silent.map((port) => `nats://127.0.0.1:${port}`).join();
    const { backend } = await openOnNats(test, { url }, { wait: false });
    await sleep(200);
    const since = performance.now();
    await backend.close();
    // A server is given five seconds.
    assert.ok(performance.now() - since < 2500);
  });
});
