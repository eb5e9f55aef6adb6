import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { WriteMode } from '../../src/config-endpoints.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type Exchange, type Moment, openFhirProxy } from '../support/fhir-proxy.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { openHapi } from '../support/hapi/open-hapi.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { analyse, type ServedLobar, serveLobar } from '../support/serve-lobar.ts';
import { lobesOf, patient, patientSystem, resourcesOf, storePatient } from '../support/test-service.ts';

/** A moment of publishing: of the nth request that looks so. */
interface KillMoment {
  readonly what: string;
  readonly at: Moment;
  readonly of: RegExp;
  readonly nth?: number;
  /** What the EHR holds then. */
  readonly held: 'nothing' | 'parts' | 'all but Provenance' | 'everything';
}

interface Case extends KillMoment {
  /** Its name in the configuration. */
  readonly ehr: string;
  readonly writeMode: WriteMode | 'auto';
}

const written: KillMoment = {
  what: 'after the EHR has written, before its answer',
  at: 'answered',
  of: /^POST \/$/,
  held: 'everything',
};

/** By put-id: the best that HAPI says it can do. */
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
  written,
  { what: 'in the middle of the answer', at: 'half answered', of: /^POST \/$/, held: 'everything' },
];

const oneByOne: readonly KillMoment[] = [
  { what: 'after the Device', at: 'answered', of: /^POST \/Device/, held: 'parts' },
  { what: 'between two Observations', at: 'answered', of: /^POST \/Observation/, nth: 4, held: 'parts' },
  { what: 'before the report', at: 'sent', of: /^POST \/DiagnosticReport/, held: 'parts' },
  { what: 'after the report', at: 'answered', of: /^POST \/DiagnosticReport/, held: 'all but Provenance' },
];

const casesOf = (writeMode: Case['writeMode'], moments: readonly KillMoment[]): Case[] =>
  moments.map((moment, index) => ({ ...moment, writeMode, ehr: `${writeMode}-${index}` }));

// Both at once: starting HAPI takes as long as two moments.
describe('A service that is killed while it publishes', { concurrency: 2 }, () => {
  describeKills('HAPI', [
    ...casesOf('auto', throughTransaction),
    ...casesOf('conditional-update', [written]),
    ...casesOf('conditional-create', [written]),
  ]);
  describeKills('the embedded EHR', casesOf('create-and-search', oneByOne));
});

function describeKills(server: 'HAPI' | 'the embedded EHR', cases: readonly Case[]): void {
  const skip = server === 'HAPI' && hapiMissing;
  describe(`into ${server}`, { skip, concurrency: 1 }, () => {
    const closers: (() => Promise<unknown>)[] = [];
    const studies = new Map<string, PhantomStudy>();
    /** FHIR bases, without the proxy. */
    const ehrs = new Map<string, string>();
    let config = {};
    /** Called at each moment of each exchange with an EHR, by its name. */
    const watchers = new Map<string, (moment: Moment, exchange: Exchange) => Promise<void> | void>();
    let folder = '';
    /** Another process than the ones that are killed. */
    let second: ServedLobar;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lobar-kill-'));
      closers.push(() => rm(folder, { recursive: true, force: true }));
      const hapi = server === 'HAPI' ? await openHapi() : undefined;
      if (hapi !== undefined) closers.push(hapi.close);
      const ehr: Record<string, object> = {};
      for (const [index, { ehr: name, writeMode }] of cases.entries()) {
        // A study and a patient of its own for each, so that they can share the server.
        const study = await writePhantomStudy(join(folder, 'pacs'), {
          seed: index + 1,
          slices: 52,
          matrix: 32,
        });
        // Its own embedded EHR, too: who finds the Device of another report does not write it.
        const { url, close } = hapi ?? (await openSandboxEhr({ patients: [] }));
        if (hapi === undefined) closers.push(close);
        await storePatient(url, patient(study.study.patient.id));
        const proxy = await openFhirProxy(url, (...exchange) => watchers.get(name)?.(...exchange));
        closers.push(proxy.close);
        studies.set(name, study);
        ehrs.set(name, url);
        ehr[name] = { url: proxy.url, patientIdentifierSystem: patientSystem, writeMode };
      }
      const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
      closers.push(pacs.close);
      config = { pacs: { main: { url: pacs.url } }, ehr };
      second = await serveLobar(join(folder, 'second.json'), config);
      closers.push(async () => assert.equal(await second.stop(), 0, 'SIGTERM ends the service in peace'));
    });
    after(async () => {
      for (const close of closers.toReversed()) await close();
    });

    for (const { what, at, of, nth = 1, held, writeMode, ehr } of cases) {
      it(`${what} (${writeMode}): the request sent again gives one report and five lobe observations`, async () => {
        const url = ehrs.get(ehr) ?? '';
        const uid = studies.get(ehr)?.study.studyInstanceUid ?? '';
        const devicesBefore = await resourcesOf(url, 'Device');
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
        await assert.rejects(analyse(first.url, uid, ehr), isNoAnswer);
        assert.equal(watchers.has(ehr), false, 'it was killed at that moment');

        const isWritten = held === 'everything' || held === 'all but Provenance';
        assert.equal((await resourcesOf(url, 'DiagnosticReport', uid)).length, isWritten ? 1 : 0);
        const provenances = await resourcesOf(url, 'Provenance', uid);
        assert.equal(provenances.length, held === 'everything' ? 1 : 0);
        if (held !== 'parts') {
          assert.equal((await resourcesOf(url, 'Observation', uid)).length, isWritten ? 8 : 0);
        }
        if (held === 'nothing') assert.deepEqual(await resourcesOf(url, 'Device'), devicesBefore);

        const answer = await analyse(second.url, uid, ehr);
        assert.equal(answer.outcome, 'published');
        assert.equal(answer.published?.alreadyPublished, isWritten);

        const [report, ...others] = await resourcesOf<fhir4.DiagnosticReport>(url, 'DiagnosticReport', uid);
        assert.deepEqual(others, []);
        assert.equal(report?.status, 'preliminary');
        assert.equal(`DiagnosticReport/${report.id}`, answer.published?.report);
        const observations = await resourcesOf<fhir4.Observation>(url, 'Observation', uid);
        assert.equal(observations.length, 8);
        assert.equal(lobesOf(observations).length, 5);
        assert.equal((await resourcesOf(url, 'Provenance', uid)).length, 1);
        // It says all of the software: one for all studies.
        assert.equal((await resourcesOf(url, 'Device')).length, 1);
      });
    }
  });
}

/** Whoever is killed answers nothing: not even with an error. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof Error && !(error instanceof assert.AssertionError);
}
