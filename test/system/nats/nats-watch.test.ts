/** `lobar watch` as a process, beside a NATS that goes and comes back with nothing of what it had. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AnalysisRequest, Call, JobResult } from '../../../src/analysis/jobs/analysis-job.ts';
import { checkConfig } from '../../../src/config.ts';
import { openNatsBackend } from '../../../src/queue/nats/open-nats-backend.ts';
import { openSandboxPacs } from '../../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { pacsAt } from '../../dicomweb/support/pacs-at.ts';
import { tinyCt } from '../../support/dicom-writer.ts';
import { natsMissing, startNats } from '../../support/nats/start-nats.ts';
import { samplesOf } from '../../support/prometheus/exposition.ts';
import { watchLobar } from '../../support/serve-lobar.ts';
import { until } from '../../support/until.ts';

const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');

describe('lobar watch and its NATS', { skip: natsMissing }, () => {
  it('tells whether it can be reached, and enqueues again what went with the disks of it', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-nats-watch-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const nats = await startNats();
    t.after(nats.close);
    const images = join(folder, 'images');
    await mkdir(images);
    const pacs = await openSandboxPacs({ folder: images });
    const client = pacsAt(pacs.url);
    t.after(async () => {
      await client.close();
      await pacs.close();
    });
    const instance = tinyCt({
      studyUid: '1.2.3',
      seriesUid: '1.2.3.1',
      sopInstanceUid: '1.2.3.1.1',
      elements: [
        ['00080020', 'DA', today],
        ['00080060', 'CS', 'CT'],
        ['00081030', 'LO', 'CT CHEST'],
      ],
    });
    await client.storeInstances(undefined, [instance], { signal: AbortSignal.timeout(10_000) });
    const config = {
      metrics: { port: 0 },
      pacs: { near: { url: pacs.url } },
      queue: { url: nats.url },
      watch: { publish: false, stableMinutes: 0, pollSeconds: 0.2 },
    };
    await using watch = await watchLobar(join(folder, 'config.json'), config);
    const sample = async (name: string) => {
      const answer = await fetch(new URL('/metrics', watch.metricsUrl));
      return samplesOf(await answer.text()).get(name);
    };
    /** What a worker would find. */
    const waiting = async () => {
      const { queue } = checkConfig(config);
      const backend = await openNatsBackend<AnalysisRequest, JobResult, Call>({ ...queue, url: nats.url });
      try {
        await backend.ready(AbortSignal.timeout(20_000));
        const delivery = await backend.jobs.take(AbortSignal.timeout(30_000));
        await delivery?.again(1);
        return delivery?.body.request;
      } finally {
        await backend.close();
      }
    };
    const request = { study: '1.2.3', pacs: 'near' };

    await until(async () => (await sample('lobar_watch_studies_total{decision="enqueued"}')) === 1, 100);
    assert.equal(await sample('lobar_queue_up'), 1);
    assert.deepEqual(await waiting(), request);

    await nats.stop();
    await until(async () => (await sample('lobar_queue_up')) === 0, 100);
    await nats.start();
    await until(async () => (await sample('lobar_watch_studies_total{decision="known"}')) === 1, 100);
    assert.equal(await sample('lobar_watch_studies_total{decision="enqueued"}'), 1);

    await nats.stop();
    await rm(nats.store, { recursive: true });
    await nats.start();
    await until(async () => (await sample('lobar_watch_studies_total{decision="enqueued"}')) === 2, 100);
    assert.deepEqual(await waiting(), request);
  });
});
