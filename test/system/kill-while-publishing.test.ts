import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type Exchange, type FhirProxy, type Moment, openFhirProxy } from '../support/fhir-proxy.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { type ServedLobar, serveLobar } from '../support/serve-lobar.ts';
import { lobesOf, patient, patientSystem, resourcesOf } from '../support/test-service.ts';

/** A moment of publishing: of the nth request that looks so. */
interface KillMoment {
  readonly what: string;
  readonly at: Moment;
  readonly of: RegExp;
  readonly nth?: number;
  /** What the EHR holds then. */
  readonly held: 'nothing' | 'parts' | 'all but Provenance' | 'everything';
}

const throughTransaction: readonly KillMoment[] = [
  { what: 'before the patient search', at: 'sent', of: /^GET \/Patient/, held: 'nothing' },
  { what: 'after the second patient search', at: 'answered', of: /^GET \/Patient/, nth: 2, held: 'nothing' },
  { what: 'before it knows the write mode', at: 'sent', of: /^GET \/metadata/, held: 'nothing' },
  { what: 'before it looks for its run', at: 'sent', of: /^GET \/DiagnosticReport/, held: 'nothing' },
  {
    what: 'after it saw that nothing is there',
    at: 'answered',
    of: /^GET \/DiagnosticReport\//,
    held: 'nothing',
  },
  { what: 'before the EHR has the transaction', at: 'sent', of: /^POST \/$/, held: 'nothing' },
  { what: 'half way through the transaction', at: 'half sent', of: /^POST \/$/, held: 'nothing' },
  {
    what: 'after the EHR has written, before its answer',
    at: 'answered',
    of: /^POST \/$/,
    held: 'everything',
  },
  { what: 'in the middle of the answer', at: 'half answered', of: /^POST \/$/, held: 'everything' },
];

const oneByOne: readonly KillMoment[] = [
  { what: 'after the Device', at: 'answered', of: /^POST \/Device/, held: 'parts' },
  { what: 'between two Observations', at: 'answered', of: /^POST \/Observation/, nth: 4, held: 'parts' },
  { what: 'before the report', at: 'sent', of: /^POST \/DiagnosticReport/, held: 'parts' },
  { what: 'after the report', at: 'answered', of: /^POST \/DiagnosticReport/, held: 'all but Provenance' },
];

const cases = [
  ...throughTransaction.map((moment) => ({ ...moment, writeMode: 'auto' })),
  ...oneByOne.map((moment) => ({ ...moment, writeMode: 'create-and-search' })),
].map((one, index) => ({ ...one, ehr: `ehr-${index}` }));

describe('A service that is killed while it publishes', () => {
  let folder = '';
  let study: PhantomStudy;
  let pacs: Awaited<ReturnType<typeof openSandboxPacs>>;
  const ehrs = new Map<string, Awaited<ReturnType<typeof openSandboxEhr>>>();
  const proxies = new Map<string, FhirProxy>();
  let config = {};
  /** Called at each moment of each exchange with an EHR, by its name. */
  const watchers = new Map<string, (moment: Moment, exchange: Exchange) => Promise<void> | void>();
  /** Another process than the ones that are killed. */
  let second: ServedLobar;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-kill-'));
    study = await writePhantomStudy(join(folder, 'study'), { slices: 52, matrix: 32 });
    pacs = await openSandboxPacs({ folder: join(folder, 'study') });
    for (const { ehr } of cases) {
      const server = await openSandboxEhr({ patients: [patient(study.study.patient.id)] });
      ehrs.set(ehr, server);
      proxies.set(ehr, await openFhirProxy(server.url, (...exchange) => watchers.get(ehr)?.(...exchange)));
    }
    const ehrConfigs = cases.map(({ ehr, writeMode }) => {
      const url = proxies.get(ehr)?.url;
      return [ehr, { url, patientIdentifierSystem: patientSystem, writeMode }];
    });
    config = { pacs: { main: { url: pacs.url } }, ehr: Object.fromEntries(ehrConfigs) };
    second = await serveLobar(join(folder, 'second.json'), config);
  });
  after(async () => {
    assert.equal(await second.stop(), 0, 'SIGTERM ends the service in peace');
    for (const proxy of proxies.values()) await proxy.close();
    for (const ehr of ehrs.values()) await ehr.close();
    await pacs.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const { what, at, of, nth = 1, held, writeMode, ehr } of cases) {
    it(`${what} (${writeMode}): the request sent again gives one report and five lobe observations`, async () => {
      const url = ehrs.get(ehr)?.url ?? '';
      await using first = await serveLobar(join(folder, 'first.json'), config);
      let seen = 0;
      watchers.set(ehr, (moment, { method, path }) => {
        if (moment !== at || !of.test(`${method} ${path}`)) return undefined;
        seen += 1;
        if (seen < nth) return undefined;
        watchers.delete(ehr);
        first.child.kill('SIGKILL');
        return new Promise<never>(() => {});
      });
      await assert.rejects(analyse(first, ehr), 'the killed service cannot have answered');
      assert.equal(watchers.has(ehr), false, 'it was killed at that moment');

      const reports = await resourcesOf(url, 'DiagnosticReport');
      const isWritten = held === 'everything' || held === 'all but Provenance';
      assert.equal(reports.length, isWritten ? 1 : 0);
      assert.equal((await resourcesOf(url, 'Provenance')).length, held === 'everything' ? 1 : 0);
      if (isWritten) assert.equal((await resourcesOf(url, 'Observation')).length, 8);
      if (held !== 'parts' && !isWritten) assert.equal((await resourcesOf(url, 'Device')).length, 0);

      const answer = await analyse(second, ehr);
      assert.equal(answer.outcome, 'published');
      assert.equal(answer.published?.alreadyPublished, isWritten);

      const [report, ...others] = await resourcesOf(url, 'DiagnosticReport');
      assert.deepEqual(others, []);
      assert.equal(`DiagnosticReport/${report?.id}`, answer.published?.report);
      const observations = await resourcesOf<fhir4.Observation>(url, 'Observation');
      assert.equal(observations.length, 8);
      assert.equal(lobesOf(observations).length, 5);
      for (const type of ['Device', 'Provenance'] as const) {
        assert.equal((await resourcesOf(url, type)).length, 1, type);
      }
    });
  }

  async function analyse({ url }: ServedLobar, ehr: string): Promise<Analysis> {
    const answer = await request(`${url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: study.study.studyInstanceUid, ehr }),
    });
    assert.equal(answer.statusCode, 200);
    return (await answer.body.json()) as Analysis;
  }
});
