import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import { checkConfig } from '../../src/config.ts';
import { openService } from '../../src/http/open-service.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { openCuttingProxy } from '../support/cutting-proxy.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { openRawServer } from '../support/raw-server.ts';

describe('An EHR that is down', () => {
  const pacsLines: string[] = [];
  let ehrRequests = 0;
  let study: PhantomStudy;
  let service: Awaited<ReturnType<typeof openService>>;
  const opened: (() => Promise<unknown>)[] = [];
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-suspended-'));
    study = await writePhantomStudy(folder);
    const pacs = await openSandboxPacs({ folder });
    // Watches what the PACS is asked for; cuts nothing off.
    const proxy = await openCuttingProxy(Number(new URL(pacs.url).port), (line) => {
      pacsLines.push(line);
      return undefined;
    });
    const ehr = await openRawServer((incoming, outgoing) => {
      ehrRequests += 1;
      incoming.resume();
      outgoing.writeHead(503).end();
    });
    const config = checkConfig({
      http: { port: 0 },
      pacs: { main: { url: pacs.url.replace(/:\d+/, `:${proxy.port}`) } },
      ehr: {
        down: {
          url: `${ehr.url}/fhir`,
          patientIdentifierSystem: 'urn:oid:1.2.3.4',
          breaker: { failures: 2, openSeconds: 600 },
        },
      },
    });
    service = await openService(config, createLogger('silent'));
    opened.push(service.close, proxy.close, pacs.close, ehr.close, () => rm(folder, { recursive: true }));
  });
  after(async () => {
    for (const close of opened) await close();
  });

  async function analyse(wish: object) {
    const answer = await request(`${service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ study: study.study.studyInstanceUid, ...wish }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: (await answer.body.json()) as object };
  }
  const retrievals = () =>
    pacsLines.filter((line) => /\/(series|instances)\/[\d.]+(\/frames\S*)? HTTP/.test(line));

  it('is heard of before the PACS is asked for an image, and left alone from then on', async () => {
    for (let asked = 0; asked < 3; asked += 1) {
      const { status, headers, body } = await analyse({});
      assert.equal(status, 503);
      assert.equal((body as { code: string }).code, 'ehr-suspended');
      const seconds = Number(headers['retry-after']);
      assert.ok(seconds > 500 && seconds <= 600, `Retry-After: ${seconds}`);
    }
    assert.equal(ehrRequests, 2);
    assert.ok(pacsLines.length > 0);
    assert.deepEqual(retrievals(), []);
  });

  it('keeps nobody from an analysis that is not published', async () => {
    assert.equal((await analyse({ publish: false })).status, 200);
    assert.ok(retrievals().length > 0);
  });
});
