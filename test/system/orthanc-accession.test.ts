import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { findStudyByAccession } from '../../src/analysis/find-study.ts';
import { checkConfig } from '../../src/config.ts';
import { openPacs, type PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { writeStudies } from '../support/write-studies.ts';

const held: readonly (readonly [studyUid: string, accession: string])[] = [
  ['1.2.826.0.1.3680043.10.999.1', 'A-1'],
  ['1.2.826.0.1.3680043.10.999.2', 'A-10'],
  ['1.2.826.0.1.3680043.10.999.3', 'a-1'],
  ['1.2.826.0.1.3680043.10.999.4', 'CT:2026/17'],
  ['1.2.826.0.1.3680043.10.999.5', 'TWICE'],
  ['1.2.826.0.1.3680043.10.999.6', 'TWICE'],
];
const [[first], , , [odd]] = held as [(typeof held)[0], unknown, unknown, (typeof held)[0]];

describe('a study found by its accession number in Orthanc', { skip: peersMissing }, () => {
  const { signal } = new AbortController();
  let orthanc: Orthanc;
  let pacs: PacsClient;
  let folder = '';

  before(async () => {
    folder = await writeStudies(held);
    orthanc = await openOrthanc();
    const config = pacsConfig({ url: orthanc.url });
    const { failed } = await storeFolder(config, folder);
    assert.deepEqual(failed, []);
    pacs = openPacs('orthanc', config, checkConfig({}).limits);
  });
  after(async () => {
    await pacs?.close();
    await orthanc?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the one with exactly that number', async () => {
    assert.equal(await findStudyByAccession(pacs, 'A-1', signal), first);
    assert.equal(await findStudyByAccession(pacs, 'CT:2026/17', signal), odd);
  });

  it('is study-not-found where there is none, study-ambiguous where there are two', async () => {
    await assert.rejects(findStudyByAccession(pacs, 'A-', signal), { code: 'study-not-found' });
    await assert.rejects(findStudyByAccession(pacs, 'TWICE', signal), { code: 'study-ambiguous' });
  });
});
