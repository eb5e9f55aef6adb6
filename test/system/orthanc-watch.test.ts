/**
 * Studies that arrive in a real Orthanc are analysed by themselves: two that are wanted, one that is not, by each of
 * the ways that docs/WATCH.md tells. The scripts are those of docs/examples.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { freePort } from '../support/free-port.ts';
import { natsMissing, startNats } from '../support/nats/start-nats.ts';
import { type Orthanc, type OrthancOptions, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peer, peersMissing } from '../support/orthanc/system-peers.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { samplesOf } from '../support/prometheus/exposition.ts';
import { runLobar } from '../support/run-lobar.ts';
import { type ServedLobar, serveLobar, watchLobar } from '../support/serve-lobar.ts';
import { patient, patientSystem, resourcesOf } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));
const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');

/** Each with an Orthanc and three studies of its own. */
const ways = ['polled', 'lua', 'python'] as const;
type Way = (typeof ways)[number];
const hooks: Readonly<Record<Way, OrthancOptions>> = {
  polled: {},
  lua: { settings: { StableAge: 2, LuaScripts: [example('orthanc-study-stable.lua')] } },
  python: {
    settings: { StableAge: 2, PythonScript: example('orthanc-study-stable.py') },
    plugins: [peer.pythonPlugin],
  },
};

describe('Automatic analysis with Orthanc', { skip: peersMissing, timeout: 900_000 }, () => {
  let folder = '';
  let ehr: SandboxEhr;
  const orthancs = new Map<Way, Orthanc>();
  let port = 0;
  const seeds = ways.flatMap((_, way) => [1, 2, 3].map((study) => 10 * (way + 1) + study));
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-orthanc-watch-'));
    port = await freePort();
    for (const way of ways) {
      // Its curl goes on for an hour where the test has failed before Lobar was there.
      const environment = { LOBAR_URL: `http://127.0.0.1:${port}`, LOBAR_CURL: '--retry-max-time 120' };
      orthancs.set(way, await openOrthanc({ ...hooks[way], environment }));
    }
    ehr = await openSandboxEhr({ patients: seeds.map((seed) => patient(`PHANTOM-TEST-${seed}`)) });
  });
  after(async () => {
    for (const one of orthancs.values()) await one.close();
    await ehr?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const orthanc = (way: Way) => orthancs.get(way) ?? assert.fail(way);
  /** The PACS of a way is the one that events are of. */
  const configOf = (way: Way) => ({
    http: { port },
    metrics: { port: 0 },
    pacs: { [way]: { url: orthanc(way).url } },
    ehr: { main: { url: ehr.url, patientIdentifierSystem: patientSystem } },
    watch: { stableMinutes: 0.02, pollSeconds: 0.5 },
  });
  const store = async (way: Way): Promise<PhantomStudy[]> => {
    const files = join(folder, way);
    const first = 10 * (ways.indexOf(way) + 1);
    const studies: PhantomStudy[] = [];
    for (const number of [1, 2, 3]) {
      const isHead = number === 3;
      const head = {
        slices: 10,
        series: { description: 'Axial' },
        replace: [{ tag: '00180015', vr: 'CS', value: 'HEAD' }],
      } as const;
      const study = { date: today, time: '000000', ...(isHead ? { description: 'CT HEAD' } : {}) };
      studies.push(await writePhantomStudy(files, { seed: first + number, study, ...(isHead ? head : {}) }));
    }
    const { failed } = await storeFolder(pacsConfig({ url: orthanc(way).url }), files);
    assert.deepEqual(failed, []);
    return studies;
  };
  const uidsOf = (studies: readonly PhantomStudy[]) => studies.map(({ study }) => study.studyInstanceUid);
  const reportsOf = async (uid: string) =>
    (await resourcesOf<fhir4.DiagnosticReport>(ehr.url, 'DiagnosticReport', uid)).length;
  const reports = async (studies: readonly PhantomStudy[]) =>
    await Promise.all(uidsOf(studies).map(reportsOf));
  const decisions = async ({ metricsUrl = '' }: Pick<ServedLobar, 'metricsUrl'>) => {
    const samples = samplesOf(await (await fetch(metricsUrl)).text());
    return ['enqueued', 'known', 'filtered', 'failed'].map((one) =>
      samples.get(`lobar_watch_studies_total{decision="${one}"}`),
    );
  };

  it('publishes a report of two of three studies that it finds by polling', {
    skip: natsMissing,
  }, async (t) => {
    const nats = await startNats();
    t.after(() => nats.close());
    const config = { ...configOf('polled'), queue: { url: nats.url } };
    await using _lobar = await serveLobar(join(folder, 'polled.json'), config);
    await using watch = await watchLobar(join(folder, 'watch.json'), config);
    const studies = await store('polled');
    await until(async () => (await reports(studies)).join() === '1,1,0');
    assert.deepEqual(await decisions(watch), [2, 0, 1, 0]);
    // Looked at again and again, and after a restart once more.
    await watch.stop();
    const file = join(folder, 'watch.json');
    const again = await runLobar(['watch', '--config', file, '--once']);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /"enqueued":0,"known":2,"filtered":1,"failed":0,"msg":"looked"/);
    assert.deepEqual(await reports(studies), [1, 1, 0]);
    for (const uid of uidsOf(studies)) assert.ok(!again.stderr.includes(uid));

    const preview = await runLobar(['watch', '--config', file, '--dry-run']);
    assert.match(preview.stdout, /^3 studies are listed, 2 of them would be enqueued/);
    assert.match(preview.stdout, /^no .* CT HEAD +description$/m);
    const [chest = '', , head = ''] = uidsOf(studies);
    assert.equal((await runLobar(['watch', '--config', file, '--explain', chest])).code, 0);
    assert.equal((await runLobar(['watch', '--config', file, '--explain', head])).code, 3);
  });

  for (const way of ['lua', 'python'] as const) {
    it(`publishes them when the ${way} script of the examples tells of them, though Lobar was not there at first`, async () => {
      const studies = await store(way);
      await using lobar = await serveLobar(join(folder, `${way}.json`), configOf(way));
      await until(async () => (await reports(studies)).join() === '1,1,0');
      await until(async () => (await decisions(lobar)).join() === '2,0,1,0');
    });
  }
});
