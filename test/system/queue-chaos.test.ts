import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkConfig } from '../../src/config.ts';
import type { JobDocument } from '../../src/http/jobs/job-document.ts';
import type { NewJob } from '../../src/queue/job.ts';
import type { DeadLetter } from '../../src/queue/nats/dead-letter.ts';
import { openNatsBackend } from '../../src/queue/nats/open-nats-backend.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { openForwardingProxy } from '../support/forwarding-proxy.ts';
import { natsMissing, type StartedNats, startNats } from '../support/nats/start-nats.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { type SupervisedLobar, superviseLobar } from '../support/supervise-lobar.ts';
import { patient, patientSystem, resourcesOf } from '../support/test-service.ts';

/** How long processes are killed. Not LOBAR_..., as every service that a test starts refuses settings unknown to it. */
const chaosSeconds = Number(process.env['CHAOS_SECONDS'] ?? 300);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);

const studiesToDo = 24;
const submitEveryMs = 5000;
/** A kill comes this long after the last, ms. */
const killAfterMs = { least: 3000, most: 9000 };
/** What is left over when the killing ends is done by then, ms. */
const restMs = 600_000;

/** Of a test: more than it waits itself, so that it says what is missing. */
const limit = { timeout: chaosSeconds * 1000 + restMs + 300_000 };

/** A fault of others is bounded by time: here 72 s. */
const poisonBounds = { deliveries: 3, retryHours: 0.02 };
const queueSettings = { ackSeconds: 4, retrySeconds: 1 };

describe('the queue on NATS', { skip: natsMissing }, () => {
  const opened: (() => Promise<unknown>)[] = [];
  const healthy: PhantomStudy[] = [];
  let nats: StartedNats;
  let folder: string;
  let pacsUrl: string;
  let ehrUrl: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-chaos-'));
    opened.unshift(() => rm(folder, { recursive: true, force: true }));
    for (let study = 1; study <= studiesToDo; study += 1)
      healthy.push(await writePhantomStudy(join(folder, `study-${study}`), { seed: study }));
    const pacs = await openSandboxPacs({ folder });
    opened.unshift(pacs.close);
    const ehr = await openSandboxEhr({ patients: healthy.map(({ study }) => patient(study.patient.id)) });
    opened.unshift(ehr.close);
    nats = await startNats();
    opened.unshift(nats.close);
    [pacsUrl, ehrUrl] = [pacs.url, ehr.url];
  });
  after(async () => {
    for (const close of opened) await close();
  });

  /** Three processes that share the queue; each reaches the PACS by an address of its own. */
  const serveThree = async (
    name: string,
    bounds: { readonly deliveries: number; readonly retryHours?: number },
    pacsOf: (process: number) => string = () => pacsUrl,
  ): Promise<readonly SupervisedLobar[]> => {
    const fleet = await Promise.all(
      [0, 1, 2].map((one) =>
        superviseLobar(join(folder, `${name}-${one}.json`), {
          pacs: { main: { url: pacsOf(one) } },
          ehr: { main: { url: ehrUrl, patientIdentifierSystem: patientSystem } },
          inference: { threads: 1, decodeThreads: 1 },
          queue: { ...queueSettings, url: nats.url, name, ...bounds },
        }),
      ),
    );
    opened.unshift(() => Promise.all(fleet.map((one) => one.stop())));
    return fleet;
  };

  const deadLettersOf = async (name: string): Promise<readonly DeadLetter<NewJob<unknown>>[]> => {
    const { queue } = checkConfig({ queue: { url: nats.url, name } });
    const backend = await openNatsBackend<unknown, unknown, unknown>({ ...queue, url: nats.url });
    try {
      await backend.ready(AbortSignal.timeout(20_000));
      const letters: DeadLetter<NewJob<unknown>>[] = [];
      for await (const letter of backend.deadLetters.list()) letters.push(letter);
      return letters;
    } finally {
      await backend.close();
    }
  };

  it('loses no job and reports each once while processes are killed at random', limit, async (test) => {
    const random = seededRandom(seed);
    // A job may have bad luck many times in a row: the bound is for poison, and tried below.
    const fleet = await serveThree('chaos', { deliveries: 20 });
    const submitted = new Map<string, string>();
    const until = performance.now() + chaosSeconds * 1000;
    const killing = async () => {
      while (performance.now() < until) {
        await sleep(killAfterMs.least + random() * (killAfterMs.most - killAfterMs.least));
        fleet[Math.floor(random() * fleet.length)]?.kill();
      }
    };
    const submitting = async () => {
      for (let asked = 0; performance.now() < until; asked += 1) {
        const study = healthy[asked % healthy.length]?.study.studyInstanceUid ?? '';
        const { id } = await submit(fleet, study, `chaos-${asked}`, asked);
        submitted.set(id, study);
        await sleep(submitEveryMs);
      }
    };
    await Promise.all([killing(), submitting()]);

    const done = await ended(fleet, [...submitted.keys()], restMs);
    const kills = fleet.reduce((sum, one) => sum + one.kills, 0);
    const attempts = done.map(({ attempt }) => attempt);
    const again = attempts.reduce((sum, attempt) => sum + attempt - 1, 0);
    test.diagnostic(
      `${done.length} jobs, ${kills} kills, ${again} begun again, at most ${Math.max(...attempts)} times`,
    );
    assert.deepEqual(new Set(done.map(whatBecame)), new Set(['finished published']));
    const studies = new Set(submitted.values());
    const reports = await resourcesOf<fhir4.DiagnosticReport>(ehrUrl, 'DiagnosticReport');
    assert.equal(reports.length, studies.size);
    for (const study of studies)
      assert.equal((await resourcesOf(ehrUrl, 'DiagnosticReport', study)).length, 1);
    assert.deepEqual(await deadLettersOf('chaos'), []);
  });

  it(
    'buries a study that ends every process that reads it, and one that fails for ever, and goes on',
    limit,
    async (test) => {
      const [poison, broken, ...others] = healthy.map(({ study }) => study.studyInstanceUid).slice(0, 6);
      assert.ok(poison && broken);
      const fleet: SupervisedLobar[] = [];
      const killed: number[] = [];
      const proxies = await Promise.all(
        [0, 1, 2].map((one) =>
          openForwardingProxy(pacsUrl, ({ url = '/' }) => {
            const path = decodeURIComponent(url);
            if (path.includes(broken)) return 500;
            if (!path.includes(poison)) return undefined;
            killed.push(one);
            fleet[one]?.kill();
            return 'nothing';
          }),
        ),
      );
      opened.unshift(...proxies.map((one) => one.close));
      fleet.push(...(await serveThree('poison', poisonBounds, (one) => proxies[one]?.url ?? '')));

      const asked = [poison, broken, ...others];
      const ids: string[] = [];
      for (const [index, study] of asked.entries())
        ids.push((await submit(fleet, study, `poison-${index}`, index)).id);
      const [poisoned, failed, ...rest] = await ended(fleet, ids, restMs);
      test.diagnostic(`the poisoned study ended a process ${killed.length} times`);

      assert.deepEqual([poisoned?.state, poisoned?.problem?.code], ['failed', 'process-lost']);
      assert.equal(poisoned?.attempt, poisonBounds.deliveries);
      assert.deepEqual([failed?.state, failed?.problem?.code], ['failed', 'pacs-error']);
      // By time: more often than a fault of our own would be.
      assert.ok(Number(failed?.attempt) > poisonBounds.deliveries);
      assert.deepEqual(new Set(rest.map(whatBecame)), new Set(['finished published']));
      const letters = await deadLettersOf('poison');
      assert.deepEqual(
        letters.map(({ id, reason }) => [id, reason]).sort(),
        [
          [ids[0], 'process-lost'],
          [ids[1], 'pacs-error'],
        ].sort(),
      );
    },
  );
});

/** Asks one process after the other, until one takes it; the key makes it one job. */
async function submit(
  fleet: readonly SupervisedLobar[],
  study: string,
  key: string,
  first: number,
): Promise<JobDocument> {
  for (let tried = first; ; tried += 1) {
    const answer = await fetch(`${fleet[tried % fleet.length]?.url}/v1/analyses`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        prefer: 'respond-async',
        'idempotency-key': key,
      },
      body: JSON.stringify({ study }),
    }).catch(() => undefined);
    if (answer?.status === 202) return (await answer.json()) as JobDocument;
    const text = await answer?.text().catch(() => '');
    assert.ok(answer === undefined || answer.status >= 500, `${answer?.status} ${text}`);
    assert.ok(tried - first < 1000, `nobody takes it: ${answer?.status} ${text} ${warningsOf(fleet)}`);
    await sleep(200);
  }
}

/** The jobs, in order, when all of them have ended: whichever process answers. */
async function ended(
  fleet: readonly SupervisedLobar[],
  ids: readonly string[],
  withinMs: number,
): Promise<readonly JobDocument[]> {
  const found = new Map<string, JobDocument>();
  const until = performance.now() + withinMs;
  for (let asked = 0; ; asked += 1) {
    for (const id of ids) {
      const state = found.get(id)?.state ?? 'queued';
      if (state !== 'queued' && state !== 'running') continue;
      const answer = await fetch(`${fleet[asked % fleet.length]?.url}/v1/analyses/${id}`).catch(
        () => undefined,
      );
      if (answer?.status === 200) found.set(id, (await answer.json()) as JobDocument);
      else assert.ok(answer === undefined || answer.status >= 500, `${answer?.status}: a job is not known`);
    }
    const jobs = ids.map((id) => found.get(id));
    const waiting = jobs.filter(
      (job) => job === undefined || job.state === 'queued' || job.state === 'running',
    );
    if (waiting.length === 0) return jobs.filter((job) => job !== undefined);
    assert.ok(
      performance.now() < until,
      `these have not ended: ${JSON.stringify(waiting)} ${warningsOf(fleet)}`,
    );
    await sleep(1000);
  }
}

function warningsOf(fleet: readonly SupervisedLobar[]): string {
  return fleet.map(({ warnings }) => warnings.join('\n')).join('\n---\n');
}

function whatBecame({ state, analysis, problem }: JobDocument): string {
  return `${state} ${analysis?.outcome ?? problem?.code}`;
}
