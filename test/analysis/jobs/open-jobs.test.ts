/** Jobs of this process whose ends are told, and what becomes of those who are to be told when the process ends. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { newJob } from '../../../src/analysis/jobs/analysis-job.ts';
import { jobObserver } from '../../../src/analysis/jobs/job-observer.ts';
import { openJobs } from '../../../src/analysis/jobs/open-jobs.ts';
import { checkConfig } from '../../../src/config.ts';
import { LobarError } from '../../../src/errors.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { samplesOf } from '../../support/prometheus/exposition.ts';
import { until } from '../../support/until.ts';

describe('the ends of jobs', () => {
  let folder: string;
  let url: string;
  const asked: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume();
    asked.push(response);
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-jobs-'));
    await writeFile(join(folder, 'secret'), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Has one job fail for good, whose end is told to this callback; the PACS of the test has no study. */
  async function ending(t: TestContext, callback: string) {
    asked.length = 0;
    const config = checkConfig({ callbacks: { ris: { url, secretFile: join(folder, 'secret') } } });
    const metrics = openMetrics({ version: '1.2.3', classes: [], ofProcess: false });
    const warned: object[] = [];
    const warn = (fields: object) => void warned.push(fields);
    const logger = { info() {}, error() {}, warn } as never;
    const jobs = await openJobs(config, { outbound: config, metrics, logger });
    const worker = {
      full: false,
      async room() {},
      async run(): Promise<never> {
        throw new LobarError('study-not-found', { pacs: 'main' });
      },
    };
    t.after(() => jobs.close());
    jobs.queue.work(worker, jobObserver(metrics, logger));
    jobs.tell();
    await jobs.queue.submit(newJob('somebody', { study: '1.2.3', pacs: 'main', callback }));
    const results = async () => {
      const samples = samplesOf(await metrics.text());
      return ['delivered', 'failed', 'given-up'].map((result) =>
        samples.get(`lobar_callbacks_total{result="${result}"}`),
      );
    };
    const lost = () => warned.filter((fields) => 'calls' in fields);
    return { jobs, results, lost };
  }

  it('are told to one who is known to the processes of another configuration only when those come', async (t) => {
    const { jobs, results, lost } = await ending(t, 'new-ris');
    await until(async () => (await results())[1] === 1);
    // Not given up: they come with the next release.
    assert.deepEqual(await results(), [0, 1, 0]);
    await jobs.close();
    assert.deepEqual(lost(), [{ calls: 1 }]);
  });

  it('are told while the process ends, if that takes a moment', async (t) => {
    const { jobs, results, lost } = await ending(t, 'ris');
    await until(() => asked.length === 1);
    const closed = jobs.close();
    setTimeout(() => asked[0]?.writeHead(204).end(), 200);
    await closed;
    assert.deepEqual([await results(), lost()], [[1, 0, 0], []]);
  });

  it('end with the process where they are not taken in time; that is no failure of who is told', async (t) => {
    const { jobs, results, lost } = await ending(t, 'ris');
    await until(() => asked.length === 1);
    await jobs.close();
    assert.deepEqual([await results(), lost()], [[0, 0, 0], [{ calls: 1 }]]);
  });
});
