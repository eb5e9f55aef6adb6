import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import type { WriteMode } from '../../src/config-schema.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type Exchange, type Moment, openFhirProxy } from '../support/fhir-proxy.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { openHapi } from '../support/hapi/open-hapi.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { analyse, type ServedLobar, serveLobar } from '../support/serve-lobar.ts';
import { lobesOf, patient, patientSystem, resourcesOf, storePatient } from '../support/test-service.ts';

interface Case {
  readonly server: 'embedded' | 'HAPI';
  readonly writeMode: WriteMode;
  /** Half of them through each process. Each costs an analysis. */
  readonly requests: number;
}

const cases: readonly Case[] = [
  { server: 'embedded', writeMode: 'put-id', requests: 20 },
  { server: 'embedded', writeMode: 'create-and-search', requests: 4 },
  { server: 'embedded', writeMode: 'document', requests: 4 },
  { server: 'HAPI', writeMode: 'put-id', requests: 20 },
  { server: 'HAPI', writeMode: 'conditional-update', requests: 4 },
  { server: 'HAPI', writeMode: 'conditional-create', requests: 4 },
  { server: 'HAPI', writeMode: 'create-and-search', requests: 4 },
  { server: 'HAPI', writeMode: 'document', requests: 20 },
];
const nameOf = ({ server, writeMode }: Case) => `${server}-${writeMode}`.toLowerCase();

const patience = { connect: 30, firstByte: 600, idle: 600, total: 600 };

describe('The same request, many times at once, through two processes', () => {
  const closers: (() => Promise<unknown>)[] = [];
  const studies = new Map<Case, PhantomStudy>();
  const proxies = new Map<Case, Awaited<ReturnType<typeof openFhirProxy>>>();
  let services: readonly ServedLobar[] = [];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-concurrent-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    for (const [index, one] of runnable().entries()) {
      // A study and a patient of its own for each, so that they can share the server.
      studies.set(
        one,
        await writePhantomStudy(join(folder, 'pacs'), { seed: index + 1, slices: 52, matrix: 32 }),
      );
    }
    const pacs = await openSandboxPacs({ folder: join(folder, 'pacs') });
    closers.push(pacs.close);
    const servers = new Map<Case['server'], string>();
    for (const server of new Set(runnable().map((one) => one.server))) {
      const opened = server === 'HAPI' ? await openHapi() : await openSandboxEhr({ patients: [] });
      servers.set(server, opened.url);
      closers.push(() => opened.close());
    }
    const ehr: Record<string, object> = {};
    for (const [one, { study }] of studies) {
      const url = servers.get(one.server) ?? '';
      await storePatient(url, patient(study.patient.id));
      const proxy = await openFhirProxy(url, meetingPoints(one.requests));
      proxies.set(one, proxy);
      closers.push(proxy.close);
      const { writeMode } = one;
      ehr[nameOf(one)] = {
        url: proxy.url,
        patientIdentifierSystem: patientSystem,
        writeMode,
        timeouts: patience,
      };
    }
    const config = {
      pacs: { main: { url: pacs.url } },
      ehr,
      limits: { inFlight: 10, analysisSeconds: 1800 },
    };
    services = await Promise.all(
      ['one', 'two'].map((name) => serveLobar(join(folder, `${name}.json`), config)),
    );
  });
  after(async () => {
    for (const { stop } of services) assert.equal(await stop(), 0);
    for (const close of closers.toReversed()) await close();
  });

  for (const one of cases) {
    const skip = one.server === 'HAPI' && hapiMissing;
    it(`${one.requests} times into ${one.server} (${one.writeMode}): one report`, { skip }, async (test) => {
      const uid = studies.get(one)?.study.studyInstanceUid ?? '';
      const half = Array.from({ length: one.requests / 2 });
      const began = performance.now();
      const answers = await Promise.all(
        services.flatMap(({ url }) => half.map(() => analyse(url, uid, nameOf(one)))),
      );
      const seconds = Math.round((performance.now() - began) / 1000);

      const proxy = proxies.get(one);
      if (proxy === undefined) throw new Error('no proxy');
      const { answered } = proxy;
      const wroteIt = answers.filter(({ published }) => published?.alreadyPublished === false);
      const type = one.writeMode === 'document' ? 'DocumentReference' : 'DiagnosticReport';
      const reports = await resourcesOf<fhir4.DiagnosticReport | fhir4.DocumentReference>(
        proxy.url,
        type,
        uid,
      );
      const [report, ...others] = reports.filter(({ status }) => status !== 'entered-in-error');
      const versions = await historyOf(proxy.url, `${type}/${report?.id}`);
      const conflicts = answered.filter(({ status }) => status === 409 || status === 412);
      test.diagnostic(
        `${seconds} s, ${wroteIt.length} say that they wrote it, ${versions.length} versions, ` +
          `${reports.length} reports of which ${others.length + 1} live, ` +
          `${answered.filter(({ method }) => method !== 'GET').length} writes, ${conflicts.length} conflicts`,
      );

      assert.deepEqual(new Set(answers.map(({ outcome }) => outcome)), new Set(['published']));
      assert.deepEqual(others, []);
      const references = answers.map(({ published }) => published?.report);
      assert.deepEqual(new Set(references), new Set([`${type}/${report?.id}`]));
      if (report?.resourceType !== 'DiagnosticReport') {
        assert.equal(report?.status, 'current');
        assert.equal((await resourcesOf(proxy.url, 'DiagnosticReport', uid)).length, 0);
        assert.equal((await resourcesOf(proxy.url, 'Observation', uid)).length, 0);
        return;
      }
      const observations = await resourcesOf<fhir4.Observation>(proxy.url, 'Observation', uid);
      const live = observations.filter(({ status }) => status !== 'entered-in-error');
      assert.equal(live.length, 8);
      assert.equal(lobesOf(live).length, 5);
      // What the report rests on is what is live.
      const results = report?.result?.map(({ reference }) => reference?.replace('Observation/', ''));
      assert.equal(results?.length, 3);
      assert.ok(results?.every((id) => live.some((one) => one.id === id)));
      // Both processes saw nothing before either wrote: at most, each has written it.
      if (one.writeMode !== 'create-and-search') assert.ok(versions.length <= services.length);
    });
  }
});

function runnable(): readonly Case[] {
  return cases.filter(({ server }) => server !== 'HAPI' || hapiMissing === false);
}

/**
 * Lets nobody go first: all wait until everybody begins to publish, then two until both have seen that nothing
 * is there, then these two until both are about to write.
 */
function meetingPoints(requests: number): (moment: Moment, exchange: Exchange) => Promise<void> | void {
  const searches = new Map<string, number>();
  const beginning = meeting(requests);
  const lookingUp = meeting(2);
  const writing = meeting(2);
  return (moment, { method, path, requestId }) => {
    if (moment !== 'sent') return undefined;
    if (path.startsWith('/Patient')) {
      // The first one is made before the images are fetched.
      const count = (searches.get(requestId) ?? 0) + 1;
      searches.set(requestId, count);
      return count === 2 ? beginning(requestId) : undefined;
    }
    const isLookUp = /^\/(?:DiagnosticReport|DocumentReference)/.test(path);
    if (method === 'GET' && isLookUp) return lookingUp(requestId);
    return method === 'GET' ? undefined : writing(requestId);
  };
}

/** Resolves when so many have come; whoever comes later or again is not kept. */
function meeting(size: number): (who: string) => Promise<void> | undefined {
  const come = new Set<string>();
  const complete = Promise.withResolvers<void>();
  return (who) => {
    if (come.size >= size || come.has(who)) return undefined;
    come.add(who);
    if (come.size === size) complete.resolve();
    return complete.promise;
  };
}

async function historyOf(url: string, report: string): Promise<readonly fhir4.BundleEntry[]> {
  const { body } = await request(`${url}/${report}/_history`);
  return ((await body.json()) as fhir4.Bundle).entry ?? [];
}
