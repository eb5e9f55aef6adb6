import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { startLobar } from '../support/run-lobar.ts';

const patientSystem = 'urn:oid:1.2.3.4';

type Moment =
  | 'before the EHR has the transaction'
  | 'half way through the request'
  | 'after the EHR has written, before its answer';

describe('a service that is killed while it publishes', () => {
  let folder = '';
  /** Every process that was started, so that a failed test leaves none behind. */
  const children: ReturnType<typeof startLobar>[] = [];
  let study: PhantomStudy;
  let pacs: Awaited<ReturnType<typeof openSandboxPacs>>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-kill-'));
    study = await writePhantomStudy(join(folder, 'study'), {});
    pacs = await openSandboxPacs({ folder: join(folder, 'study') });
  });
  after(async () => {
    await pacs.close();
    await rm(folder, { recursive: true, force: true });
  });

  const moments: Moment[] = [
    'before the EHR has the transaction',
    'half way through the request',
    'after the EHR has written, before its answer',
  ];
  for (const moment of moments) {
    it(`${moment}: the request sent again gives exactly one report and five lobe observations`, async () => {
      const ehr = await openSandboxEhr({
        patients: [
          { resourceType: 'Patient', identifier: [{ system: patientSystem, value: study.study.patient.id }] },
        ],
      });
      const killer = await openKiller(ehr.url, moment);
      try {
        const first = await startService(killer.url);
        killer.onMoment = () => first.child.kill('SIGKILL');
        await assert.rejects(analyse(first.url), 'the killed service cannot have answered');
        killer.onMoment = undefined;

        const second = await startService(killer.url);
        const answer = await analyse(second.url);
        assert.equal(answer.outcome, 'published');
        assert.equal(answer.published?.alreadyPublished, moment.startsWith('after'));
        second.child.kill('SIGTERM');
        const [code] = await once(second.child, 'exit');
        assert.equal(code, 0, 'SIGTERM ends the service in peace');

        const reports = await count(`${ehr.url}/DiagnosticReport`);
        assert.equal(reports.length, 1);
        assert.equal(`DiagnosticReport/${reports[0]?.id}`, answer.published?.report);
        const observations = (await count(`${ehr.url}/Observation`)) as fhir4.Observation[];
        const lobes = observations.filter(({ component }) =>
          component?.some(({ code }) => code.coding?.some((one) => one.code === 'lobe-score')),
        );
        assert.equal(lobes.length, 5);
        assert.equal(observations.length, 8);
      } finally {
        for (const child of children.splice(0)) child.kill('SIGKILL');
        await killer.close();
        await ehr.close();
      }
    });
  }

  async function startService(ehrUrl: string) {
    const config = join(folder, 'lobar.json');
    await writeFile(
      config,
      JSON.stringify({
        http: { port: 0 },
        pacs: { main: { url: pacs.url } },
        ehr: { main: { url: ehrUrl, patientIdentifierSystem: patientSystem } },
      }),
    );
    const child = startLobar(['serve', '--config', config]);
    children.push(child);
    if (child.stderr === null) throw new Error('no stderr');
    for await (const line of createInterface({ input: child.stderr })) {
      const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
      if (msg === 'ready' && url !== undefined) {
        child.stderr.resume();
        return { child, url };
      }
    }
    throw new Error('the service did not start');
  }

  async function analyse(url: string): Promise<Analysis> {
    const answer = await request(`${url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: study.study.studyInstanceUid }),
    });
    assert.equal(answer.statusCode, 200);
    return (await answer.body.json()) as Analysis;
  }
});

async function count(url: string): Promise<fhir4.Resource[]> {
  const { body } = await request(url);
  const bundle = (await body.json()) as fhir4.Bundle;
  return (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
}

/** A proxy before the EHR that calls `onMoment` once, at that moment of the transaction. */
async function openKiller(target: string, moment: Moment) {
  const killer = { url: '', onMoment: undefined as (() => void) | undefined, close: async () => {} };
  const server: Server = createServer(async (incoming, outgoing) => {
    const isTransaction = incoming.method === 'POST';
    if (isTransaction && killer.onMoment !== undefined && moment.startsWith('half')) {
      incoming.once('data', () => killer.onMoment?.());
      return;
    }
    const body = await read(incoming).catch(() => undefined);
    if (body === undefined) return;
    if (isTransaction && killer.onMoment !== undefined && moment.startsWith('before'))
      return killer.onMoment();
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://proxy');
    const answer = await request(`${target}${pathname.replace(/^\/fhir/, '')}${search}`, {
      method: incoming.method as 'GET' | 'POST',
      headers: { 'content-type': incoming.headers['content-type'] ?? 'application/fhir+json' },
      ...(isTransaction ? { body } : {}),
    });
    const text = await answer.body.text();
    if (isTransaction && killer.onMoment !== undefined) return killer.onMoment();
    outgoing.writeHead(answer.statusCode, { 'content-type': 'application/fhir+json' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  killer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`;
  killer.close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return killer;
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
