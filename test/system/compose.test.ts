import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { request } from 'undici';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { openHapi } from '../support/hapi/open-hapi.ts';
import { openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { runLobar, startLobar } from '../support/run-lobar.ts';
import { untilServing } from '../support/serve-lobar.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const tools = { compose: '/usr/bin/docker-compose', promtool: '/usr/bin/promtool' } as const;
const missing = Object.values(tools).filter((tool) => !existsSync(tool));
const toolsMissing = missing.length > 0 && `needs ${missing.join(', ')}: run test/system/install-peers.sh`;
if (toolsMissing !== false && process.env['CI'] === 'true') throw new Error(toolsMissing);

describe('compose.yaml', { timeout: 600_000 }, () => {
  it('is valid for Docker Compose, and its Prometheus for promtool', { skip: toolsMissing }, async () => {
    await run(tools.compose, ['--file', join(root, 'compose.yaml'), 'config', '--quiet']);
    await run(tools.promtool, ['check', 'config', join(root, 'compose/prometheus.yaml')]);
  });

  // With Debian's Orthanc and our own HAPI, as there is no engine here that runs containers of others.
  it('gets from its first images to a report in its EHR', {
    skip: peersMissing || hapiMissing,
  }, async (t) => {
    const orthanc = await openOrthanc();
    t.after(() => orthanc.close());
    const hapi = await openHapi();
    t.after(() => hapi.close());

    const peers = { ORTHANC_URL: `http://127.0.0.1:${orthanc.port}`, HAPI_URL: hapi.url };
    const load = () =>
      run(process.execPath, [join(root, 'compose/load-demo.ts')], { env: { ...process.env, ...peers } });
    assert.match((await load()).stdout, new RegExp(`^Study: ${demoStudy.studyInstanceUid}$`, 'm'));
    await load();

    const child = startLobar(['serve', '--config', join(root, 'compose/lobar.yaml')], {
      LOBAR_HTTP_PORT: '0',
      LOBAR_METRICS_PORT: '0',
      LOBAR_METRICS_HOST: '127.0.0.1',
      LOBAR_PACS_MAIN_URL: orthanc.url,
      LOBAR_EHR_MAIN_URL: hapi.url,
    });
    t.after(() => child.kill('SIGKILL'));
    const { url } = await untilServing(child);
    const study = ['--study', demoStudy.studyInstanceUid];
    const asked = await runLobar(['analyze', '--server', url, ...study, '--publish', 'true', '--json']);
    assert.equal(asked.code, 0, asked.stderr);
    assert.equal((JSON.parse(asked.stdout) as Analysis).outcome, 'published');

    const { body } = await request(`${hapi.url}/DiagnosticReport?_summary=count`);
    assert.equal(((await body.json()) as fhir4.Bundle).total, 1);
  });
});
