import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
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
      await assert.rejects(opened.queue.find(sealed.id), { code: 'message-unreadable' });
      assert.equal(worker.begun.length, 1);
      // Whoever has the key can still put it back.
      for await (const letter of before.backend.deadLetters.list())
        assert.equal(await before.backend.deadLetters.retry(letter), 'put-back');
      assert.equal((await before.queue.find(sealed.id))?.state, 'queued');
    }
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
