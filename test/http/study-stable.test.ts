/** Events of a PACS, and with them `lobar watch --server`: the same study by both is analysed once. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { automaticJob } from '../../src/analysis/jobs/analysis-job.ts';
import { samplesOf } from '../support/prometheus/exposition.ts';
import { runLobar } from '../support/run-lobar.ts';
import { openTestService, patient, resourcesOf, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');

describe('POST /v1/events/study-stable', () => {
  let test: TestService;
  let folder: string;
  let config: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-study-stable-'));
    test = await openTestService({
      studies: [
        { study: { date: today, time: '000000' } },
        {
          slices: 10,
          study: { date: today, description: 'CT HEAD' },
          series: { description: 'Axial' },
          replace: [],
        },
        { slices: 10, study: { date: '20010101' } },
      ],
      patients: [1, 2, 3, 4].map((seed) => patient(`PHANTOM-TEST-${seed}`)),
      pacs: { dead: { url: 'http://127.0.0.1:1/dicom-web', retries: 0 } },
      limits: { requestsPerMinute: 100_000 },
      more: {
        metrics: { port: 0 },
        watch: { withoutWords: ['head'], stableMinutes: 0, pollSeconds: 0.1 },
        // Kept for three seconds.
        queue: { length: 3, keepDays: 3 / 86_400 },
      },
    });
    config = join(folder, 'lobar.json');
    const pacs = { main: { url: test.pacsUrl }, dead: { url: 'http://127.0.0.1:1/dicom-web', retries: 0 } };
    await writeFile(config, JSON.stringify({ pacs, watch: { stableMinutes: 0, pollSeconds: 0.1 } }));
  });
  after(async () => {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  const uidOf = (index: number) => test.studies[index]?.study.studyInstanceUid ?? '';
  const tell = (body: object) => request(test.service.url).post('/v1/events/study-stable').send(body);
  const failing = (reasons: readonly { code: string; passed: boolean }[]) =>
    reasons.filter(({ passed }) => !passed).map(({ code }) => code);
  const decisions = async () => {
    const samples = samplesOf(await (await fetch(test.service.metricsUrl ?? '')).text());
    return ['enqueued', 'known', 'filtered', 'failed'].map((one) =>
      samples.get(`lobar_watch_studies_total{decision="${one}"}`),
    );
  };

  it('enqueues an eligible study once, which is published, and can be asked for', async () => {
    const [first, second] = await Promise.all([
      tell({ study: uidOf(0) }),
      tell({ study: uidOf(0), pacs: 'main' }),
    ]);
    assert.deepEqual([first.status, second.status], [202, 202], first.text);
    assert.deepEqual([first.body.decision, second.body.decision].sort(), ['enqueued', 'known']);
    assert.deepEqual(failing(first.body.reasons), []);
    const { id } = automaticJob({ study: uidOf(0), pacs: 'main', ehr: 'main' });
    assert.deepEqual([first.body.job, second.body.job], [`/v1/analyses/${id}`, `/v1/analyses/${id}`]);
    await until(async () => {
      const { body } = await request(test.service.url).get(first.body.job).expect(200);
      return body.state === 'finished';
    });
    const reports = await resourcesOf(test.ehrUrl, 'DiagnosticReport', uidOf(0));
    assert.equal(reports.length, 1);
  });

  it('knows it also when its result is not kept any more', async () => {
    const { body } = await tell({ study: uidOf(0) });
    await until(async () => (await request(test.service.url).get(body.job)).status === 404);
    const again = await tell({ study: uidOf(0) }).expect(202);
    assert.equal(again.body.decision, 'known');
    await request(test.service.url).get(body.job).expect(404);
  });

  it('says of a study that is not wanted which rules it fails', async () => {
    const head = await tell({ study: uidOf(1) }).expect(200);
    assert.equal(head.body.decision, 'filtered');
    assert.deepEqual(failing(head.body.reasons), ['description', 'excluded-word']);
    assert.equal(head.body.job, undefined);
    const old = await tell({ study: uidOf(2) }).expect(200);
    assert.deepEqual(failing(old.body.reasons), ['too-old']);
  });

  it('fails where nothing can be decided, so that the event is sent again', async () => {
    const missing = await tell({ study: '1.2.3' }).expect(404);
    assert.equal(missing.body.code, 'study-not-found');
    assert.equal((await tell({ study: uidOf(0), pacs: 'dead' }).expect(502)).body.code, 'pacs-unreachable');
    assert.equal((await tell({ study: uidOf(0), pacs: 'other' }).expect(400)).body.code, 'endpoint-unknown');
    for (const body of [{}, { study: '../1' }, { study: '1.2', more: 1 }, { study: '*' }]) {
      assert.equal((await tell(body).expect(400)).body.code, 'request-invalid');
    }
  });

  it('counts what it decided, and what failed apart from what it filtered', async () => {
    // enqueued; known, twice to look for it and once after; filtered twice; the PACS without it, down, unknown
    assert.deepEqual(await decisions(), [1, 3, 2, 3]);
  });

  it('is told by lobar watch --server of what that thinks eligible, and has the last word', async () => {
    const args = ['watch', '--config', config, '--server', test.service.url, '--once'];
    const { code, stderr } = await runLobar(args);
    assert.equal(code, 0, stderr);
    for (const uid of [uidOf(0), uidOf(1)]) assert.ok(!stderr.includes(uid));
    // Both of today: its rules know no word to leave out, and the BodyPartExamined of the phantom is CHEST.
    assert.deepEqual(await decisions(), [1, 4, 3, 3]);
    assert.equal((await resourcesOf(test.ehrUrl, 'DiagnosticReport')).length, 1);
  });
});
