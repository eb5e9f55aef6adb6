import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  type AnalysisRequest,
  type Call,
  type JobResult,
  newJob,
  sameRequest,
} from '../../../src/analysis/jobs/analysis-job.ts';
import { checkConfig } from '../../../src/config.ts';
import { LobarError } from '../../../src/errors.ts';
import { JobQueue } from '../../../src/queue/job-queue.ts';
import type { JobWorker } from '../../../src/queue/job-worker.ts';
import { type NatsBackend, openNatsBackend } from '../../../src/queue/nats/open-nats-backend.ts';
import { natsMissing, type StartedNats, startNats } from '../../support/nats/start-nats.ts';
import { runInProcess } from '../../support/run-in-process.ts';
import { until } from '../../support/until.ts';

describe('lobar dead-letters', { skip: natsMissing }, () => {
  const done = { analysis: { outcome: 'dry-run' } } as unknown as JobResult;
  let nats: StartedNats;
  let folder: string;
  let config: string;
  let queue: JobQueue<AnalysisRequest, JobResult, Call>;
  let backend: NatsBackend<AnalysisRequest, JobResult, Call>;
  let close: () => Promise<void>;
  /** What becomes of jobs just now. */
  let outcome: 'internal' | 'inference' | 'busy' | 'done' = 'internal';
  const busy = Promise.withResolvers<void>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-letters-'));
    nats = await startNats();
    config = join(folder, 'lobar.json');
    const settings = { queue: { url: nats.url, deliveries: 1, retrySeconds: 0.05 } };
    await writeFile(config, JSON.stringify(settings));
    const { queue: checked } = checkConfig(settings);
    backend = await openNatsBackend({ ...checked, url: nats.url });
    await backend.ready(AbortSignal.timeout(20_000));
    queue = new JobQueue(backend, { ...checked, same: sameRequest });
    const worker: JobWorker<AnalysisRequest, JobResult> = {
      room: async () => {},
      full: false,
      async run(_job, { placed }) {
        placed();
        if (outcome === 'done') return done;
        if (outcome === 'busy') await busy.promise;
        if (outcome === 'internal') throw new TypeError('of the story');
        throw new LobarError('inference-failed', { problem: 'of the story' });
      },
    };
    queue.work(worker, {
      callFor: () => undefined,
      toBury: () => true,
      ended() {},
      retried() {},
      takenOver() {},
      troubled() {},
    });
    close = async () => {
      await queue.stop();
      await queue.idle();
      await backend.close();
    };
  });
  after(async () => {
    await close();
    await nats.close();
    await rm(folder, { recursive: true, force: true });
  });

  const deadLetters = (...args: string[]) => runInProcess('dead-letters', ...args, '--config', config);
  const listed = async () =>
    JSON.parse((await deadLetters('list', '--json')).out) as { id: string; reason: string }[];
  const lettersOf = async (id: string) => {
    const letters = [];
    for await (const letter of backend.deadLetters.list(id)) letters.push(letter);
    return letters;
  };
  const givenUp = async (study: string) => {
    const { job } = await queue.submit(newJob('somebody', { study, pacs: 'main', ehr: 'main' }));
    await until(async () => (await queue.find(job.id))?.state === 'failed', 50);
    return job;
  };

  it('lists what was given up: when, which and why', async () => {
    assert.equal((await deadLetters('list')).out, 'Nothing was given up.\n');
    const { id, submitted } = await givenUp('1.2.3');
    const { out, code } = await deadLetters('list');
    assert.equal(code, 0);
    const [first = '', second] = out.split('\n');
    assert.match(first, new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\S+Z  ${id}  internal: Internal error$`));
    assert.equal(second, `    study 1.2.3 of PACS main, for EHR main, asked for ${submitted}`);
  });

  it('puts one back, with all its tries, and takes it off the list', async () => {
    const { id } = await givenUp('1.2.4');
    outcome = 'inference';
    const { out, code } = await deadLetters('retry', '--id', id);
    assert.deepEqual([out, code], [`${id} put back\n`, 0]);
    // It fails otherwise now: it was done again, and begun once as if it were new.
    await until(async () => (await queue.find(id))?.error?.code === 'inference-failed', 50);
    assert.equal((await queue.find(id))?.attempt, 1);
    await until(async () =>
      (await listed()).some((one) => one.id === id && one.reason === 'inference-failed'),
    );
    outcome = 'internal';
  });

  it('undoes nothing where it failed to take one off the list before', async () => {
    const { id } = await givenUp('1.2.5');
    const [letter] = await lettersOf(id);
    assert.ok(letter?.body);
    outcome = 'done';
    // As the first time but for its last step.
    const { store, jobs } = backend;
    const stored = await store.find(id);
    assert.ok(stored);
    await store.update(stored, { ...letter.body, state: 'queued', attempt: 0 });
    await jobs.put(id, letter.body, `${id}.again.${letter.sequence}`);
    await until(async () => (await queue.find(id))?.state === 'finished', 50);
    assert.equal(await backend.deadLetters.retry(letter), 'outdated');
    const { state, result } = (await queue.find(id)) ?? {};
    assert.deepEqual([state, result?.analysis.outcome], ['finished', 'dry-run']);
    assert.deepEqual(await lettersOf(id), []);
    outcome = 'internal';
  });

  it('lets go what is at work again, and waits only once', async () => {
    const { id } = await givenUp('1.2.6');
    const [letter] = await lettersOf(id);
    assert.ok(letter);
    outcome = 'busy';
    assert.equal(await backend.deadLetters.retry(letter), 'put-back');
    await until(async () => (await queue.find(id))?.state === 'running', 50);
    assert.equal(await backend.deadLetters.retry(letter), 'outdated');
    assert.deepEqual([(await queue.find(id))?.state, (await queue.find(id))?.attempt], ['running', 1]);
    outcome = 'internal';
    busy.resolve();
    await until(async () => (await lettersOf(id)).length === 1, 50);
    const { code, note } = await deadLetters('retry', '--id', crypto.randomUUID());
    assert.deepEqual([code, /There is no dead letter with this id/.test(note)], [2, true]);
  });

  it('leaves one that cannot be opened where it is', async () => {
    const connection = await connect({ servers: nats.url });
    const id = crypto.randomUUID();
    await jetstream(connection).publish(`lobar.jobs.${id}`, 'not what Lobar writes');
    await connection.close();
    await until(async () => (await lettersOf(id)).length === 1, 50);
    const { out, code } = await deadLetters('retry', '--id', id);
    assert.deepEqual([out, code], [`${id} cannot be opened with the keys of queue.encryption\n`, 5]);
    assert.equal((await lettersOf(id)).length, 1);
  });

  it('drops one, or all', async () => {
    const [first] = await listed();
    assert.ok(first);
    assert.equal((await deadLetters('drop', '--id', first.id)).code, 0);
    assert.ok(!(await listed()).some(({ id }) => id === first.id));
    const { out } = await deadLetters('drop', '--all', '--json');
    assert.ok((JSON.parse(out) as { done: string }[]).every(({ done }) => done === 'dropped'));
    assert.deepEqual(await listed(), []);
  });

  it('says what is wrong with how it was called', async () => {
    for (const [args, problem] of [
      [['list', 'more'], /Expected/],
      [['bury'], /Expected/],
      [['retry'], /either --id or --all/],
      [['drop', '--all', '--id', 'x'], /either --id or --all/],
      [['retry', '--id', 'unknown'], /no dead letter/],
    ] as const) {
      const { code, note } = await deadLetters(...args);
      assert.deepEqual([code, problem.test(note)], [2, true], note);
    }
    const bare = join(folder, 'bare.json');
    await writeFile(bare, '{}');
    const { code, note } = await runInProcess('dead-letters', 'list', '--config', bare);
    assert.deepEqual([code, /queue.url is not set/.test(note)], [2, true]);
  });

  it('ends with 5 where NATS cannot be reached', async () => {
    const file = join(folder, 'away.json');
    await writeFile(file, JSON.stringify({ queue: { url: 'nats://127.0.0.1:1' } }));
    const { code, note } = await runInProcess('dead-letters', 'list', '--config', file);
    assert.deepEqual([code, /no connection \(ECONNREFUSED\)/.test(note)], [5, true], note);
  });
});
