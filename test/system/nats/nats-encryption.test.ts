import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { hasEnded } from '../../../src/queue/job.ts';
import { newJob } from '../../queue/support/queue-bench.ts';
import { triedWorker } from '../../queue/support/tried-worker.ts';
import { natsMissing, type StartedNats, startNats } from '../../support/nats/start-nats.ts';
import { until } from '../../support/until.ts';
import { type Opened, openOnNats } from './support/open-on-nats.ts';

/** As a StudyInstanceUID looks. */
const study = '1.2.826.0.1.3680043.10.1234.5678.987654321';

describe('a queue on NATS that is encrypted', { skip: natsMissing }, () => {
  let nats: StartedNats;
  let folder: string;
  const keyFiles: string[] = [];

  before(async () => {
    nats = await startNats();
    folder = await mkdtemp(join(tmpdir(), 'lobar-keys-'));
    for (const name of ['old', 'new', 'other']) {
      keyFiles.push(join(folder, name));
      await writeFile(join(folder, name), `${randomBytes(32).toString('base64')}\n`);
    }
  });
  after(async () => {
    await nats.close();
    await rm(folder, { recursive: true, force: true });
  });
  const ended = async ({ queue }: Opened, id: string) =>
    await until(async () => {
      const job = await queue.find(id);
      return job !== undefined && hasEnded(job);
    });
  const echo = () => triedWorker(async ({ request }) => ({ text: request.what }), { told: true });
  const open = (
    test: { after: (step: () => Promise<void>) => void },
    name: string,
    keys?: readonly string[],
  ) =>
    openOnNats(test, {
      url: nats.url,
      name,
      ...(keys === undefined ? {} : { encryption: { keyFiles: keys } }),
    });
  /** Whether a text stands in any file of the store, as it is. */
  const stored = async (text: string) => {
    const files = await readdir(nats.store, { recursive: true, withFileTypes: true });
    const contents = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
    );
    return contents.some((content) => content.includes(text));
  };

  it('leaves nothing of a study in the files of NATS, whether it waits, is done, or is given up', async (test) => {
    const opened = await open(test, 'sealed', [keyFiles[0] ?? '']);
    const worker = triedWorker(async ({ request }) => {
      if (request.what.startsWith('fail')) throw new TypeError(request.what);
      return { text: request.what };
    });
    const { job: good } = await opened.queue.submit(newJob(study), { remember: true });
    const { job: bad } = await opened.queue.submit(newJob(`fail ${study}`));
    assert.equal(await stored(study), false);
    opened.work(worker);
    await ended(opened, good.id);
    await ended(opened, bad.id);
    assert.deepEqual((await opened.queue.find(good.id))?.result, { text: study });
    await until(
      async () => (await opened.backend.deadLetters.list()[Symbol.asyncIterator]().next()).done === false,
    );
    assert.equal(await stored(study), false);
    // The look into the files finds what is there.
    assert.equal(await stored(good.id), true);
  });

  it('reads what an older key encrypted, and encrypts with the first', async (test) => {
    const [old = '', fresh = ''] = keyFiles;
    const before = await open(test, 'rotated', [old]);
    const { job: first } = await before.queue.submit(newJob('with the old key'));
    const between = await open(test, 'rotated', [fresh, old]);
    const { job: second } = await between.queue.submit(newJob('with the new key'));
    between.work(echo());
    await ended(between, first.id);
    await ended(between, second.id);
    const afterwards = await open(test, 'rotated', [fresh]);
    assert.deepEqual((await afterwards.queue.find(second.id))?.result, { text: 'with the new key' });
  });

  it('buries what it cannot open, and goes on', async (test) => {
    const [old = '', , other = ''] = keyFiles;
    for (const [name, keys] of [
      ['lost-key', [old]],
      ['in-the-clear', undefined],
    ] as const) {
      const before = await open(test, name, keys);
      const { job: sealed } = await before.queue.submit(newJob('nobody can read it'));
      const opened = await open(test, name, [other]);
      const worker = echo();
      opened.work(worker);
      const { job } = await opened.queue.submit(newJob('readable'));
      await ended(opened, job.id);
      await until(async () => {
        const letters = [];
        for await (const letter of opened.backend.deadLetters.list()) letters.push(letter);
        return letters.some(({ id, reason, body }) => {
          return id === sealed.id && reason === 'message-unreadable' && body === undefined;
        });
      });
      assert.equal(await opened.queue.find(sealed.id), undefined);
      assert.equal(worker.begun.length, 1);
      // Whoever has the key can still put it back.
      for await (const letter of before.backend.deadLetters.list())
        assert.equal(await before.backend.deadLetters.retry(letter), 'put-back');
      assert.equal((await before.queue.find(sealed.id))?.state, 'queued');
    }
  });

  it('takes what it cannot open for nothing where encryption was switched on', async (test) => {
    const before = await open(test, 'switched');
    before.work(echo());
    const { job } = await before.queue.submit(newJob('in the clear'), { remember: true });
    await ended(before, job.id);
    await before.queue.stop();
    const opened = await open(test, 'switched', [keyFiles[0] ?? '']);
    assert.equal(await opened.queue.find(job.id), undefined);
    assert.equal(await opened.queue.cancel(job.id), undefined);
    // For lobar watch it is one that is known.
    const again = opened.queue.submit(newJob('in the clear', job.id), { remember: true });
    await assert.rejects(again, { code: 'analysis-forgotten' });
    // A message that can be opened is done, whatever is noted.
    const worker = echo();
    opened.work(worker);
    await opened.backend.jobs.put(job.id, newJob('sealed', job.id), 'another');
    await until(async () => (await opened.queue.find(job.id))?.state === 'finished');
    assert.deepEqual([worker.begun.length, worker.troubles], [1, []]);
  });

  it('gives nobody what belongs to another, whatever was exchanged in NATS', async (test) => {
    const opened = await open(test, 'exchanged', [keyFiles[0] ?? '']);
    const { job: one } = await opened.queue.submit(newJob('patient A'));
    const { job: other } = await opened.queue.submit(newJob('patient B'));
    const connection = await connect({ servers: nats.url });
    test.after(() => connection.close());
    const stream = jetstream(connection);
    const { streams } = await stream.jetstreamManager();
    const subject = (id: string) => `$KV.exchanged-jobs.${id}`;
    const noted = await streams.getMessage('KV_exchanged-jobs', { last_by_subj: subject(one.id) });
    assert.ok(noted);
    await stream.publish(subject(other.id), noted.data);
    assert.equal((await opened.queue.find(one.id))?.request.what, 'patient A');
    assert.equal(await opened.queue.find(other.id), undefined);
    // Nor does a message begin the job of another.
    const sent = await streams.getMessage('exchanged-jobs', { last_by_subj: `exchanged.jobs.${one.id}` });
    assert.ok(sent);
    const forged = randomUUID();
    await stream.publish(`exchanged.jobs.${forged}`, sent.data);
    opened.work(echo());
    await until(async () => {
      for await (const { id, reason } of opened.backend.deadLetters.list(forged))
        return id === forged && reason === 'message-unreadable';
      return false;
    });
  });

  it('refuses a file that holds no key', async (test) => {
    const file = join(folder, 'short');
    for (const content of ['c2hvcnQ=', '', 'x'.repeat(44), randomBytes(32).toString('hex')]) {
      await writeFile(file, content);
      await assert.rejects(open(test, 'refused', [file]), { code: 'config-invalid' }, content);
    }
    await assert.rejects(open(test, 'refused', [join(folder, 'absent')]), { code: 'config-invalid' });
  });
});
