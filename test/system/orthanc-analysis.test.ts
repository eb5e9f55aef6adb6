import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { checkConfig } from '../../src/config.ts';
import { openService, type Service } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { runLobar } from '../support/run-lobar.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

describe('the service with Orthanc as its PACS', { skip: peersMissing }, () => {
  let orthanc: Orthanc;
  let service: Service;
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-orthanc-analysis-'));
    if (sharedDataMissing) await writePhantomStudy(folder);
    else
      execFileSync('tar', ['xJf', sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), '-C', folder]);
    orthanc = await openOrthanc();
    const { failed } = await storeFolder(pacsConfig({ url: orthanc.url }), folder);
    assert.deepEqual(failed, []);
    const config = checkConfig({ http: { port: 0 }, pacs: { orthanc: { url: orthanc.url } } });
    service = await openService(config, createLogger('silent'));
  });
  after(async () => {
    await service?.close();
    await orthanc?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers the numbers that lobar analyze gives for the same files', async () => {
    const { code, stdout, stderr } = await runLobar(['analyze', folder, '--json']);
    assert.equal(code, 0, stderr);
    const ofFiles = JSON.parse(stdout) as Analysis;

    const answer = await fetch(`${service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ study: ofFiles.study.uid, publish: false }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    const ofPacs = (await answer.json()) as Analysis;

    assert.ok((ofPacs.involvement?.lungMl ?? 0) > 1000);
    assert.deepEqual(apartFromTheRun(ofPacs), apartFromTheRun(ofFiles));
  });
});

/** What must be the same whenever and wherever from the same images are analysed. */
function apartFromTheRun({ id: _, timingsMs: __, ...rest }: Analysis) {
  return rest;
}
