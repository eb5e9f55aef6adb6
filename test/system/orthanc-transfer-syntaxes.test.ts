import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { assertSameVolume, referenceVolume } from '../support/orthanc/reference-volume.ts';
import { pacsConfig, retrieveVolume } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing, runScript } from '../support/orthanc/system-peers.ts';
import { convertFolder, variants, writeVariant } from '../support/orthanc/transfer-syntax-variants.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

const cipStudyUid = '1.2.826.0.1.3680043.2.1125.1.35591276374847523812691041989786456';
const lidcStudyUid = '1.3.6.1.4.1.14519.5.2.1.6279.6001.265704884949271879044145982159';
/** 40 neighbours out of the middle of the chest, where a lossy or shifted bit would show. */
const middle = { first: '120', count: '40' };

describe('series stored in Orthanc and retrieved are voxel by voxel what pydicom reads', {
  skip: peersMissing,
}, () => {
  const decodePool = openDecodePool({ threads: 2 });
  let orthanc: Orthanc;
  let folder = '';
  /** Raw slices that the variants are made of. */
  let raw = '';
  const lidc = () => join(folder, 'lidc');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-syntaxes-'));
    raw = join(folder, 'raw');
    orthanc = await openOrthanc();
    if (sharedDataMissing) {
      await writePhantomStudy(raw, { slices: 40, matrix: 256 });
    } else {
      await mkdir(lidc());
      execFileSync('tar', ['xJf', sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), '-C', lidc()]);
      await runScript('new-series.py', lidc(), raw, middle.first, middle.count);
    }
  });
  after(async () => {
    await orthanc?.close();
    await decodePool.close();
    await rm(folder, { recursive: true, force: true });
  });

  const store = async (files: string, syntax: string, studyUid: string) => {
    const { stored, failed } = await storeFolder(pacsConfig({ url: orthanc.url }), files);
    assert.deepEqual(failed, []);
    assert.ok(stored.length > 0);
    // Neither STOW nor the tools may have changed what the test is about.
    assert.deepEqual(await orthanc.transferSyntaxes(studyUid), [syntax]);
  };
  const retrieved = (studyUid: string) =>
    retrieveVolume(pacsConfig({ url: orthanc.url }), studyUid, decodePool);
  const scratch = () => join(folder, 'reference.raw');

  for (const variant of variants) {
    it(`${variant.name} (${variant.uid})`, async () => {
      const to = join(folder, variant.uid);
      const { studyUid, encoded, raw: expected } = await writeVariant(variant, raw, to);
      await store(encoded, variant.uid, studyUid);
      assertSameVolume(await retrieved(studyUid), await referenceVolume(expected, scratch()));
      await rm(to, { recursive: true });
    });
  }

  it('HTJ2K (1.2.840.10008.1.2.4.201), codestreams of another encoder wrapped', {
    skip: sharedDataMissing,
  }, async () => {
    const studyUid = await runScript('wrap-htj2k.py', sharedData('htj2k'), join(folder, 'wrapped'));
    await store(join(folder, 'wrapped', 'htj2k'), '1.2.840.10008.1.2.4.201', studyUid);
    const expected = await referenceVolume(join(folder, 'wrapped', 'raw'), scratch());
    assertSameVolume(await retrieved(studyUid), expected);
  });

  it('the whole chest of lidc-0314 as it is', { skip: sharedDataMissing }, async () => {
    await store(lidc(), '1.2.840.10008.1.2', lidcStudyUid);
    assertSameVolume(await retrieved(lidcStudyUid), await referenceVolume(lidc(), scratch()));
  });

  it('the whole chest of cip-ct64 as it is', { skip: sharedDataMissing }, async () => {
    const files = sharedData('cip-ct64', 'ct-64Dicom');
    await store(files, '1.2.840.10008.1.2', cipStudyUid);
    assertSameVolume(await retrieved(cipStudyUid), await referenceVolume(files, scratch()));
  });

  it('the abdomen that came as JPEG 2000, decoded by gdcm for pydicom', {
    skip: sharedDataMissing,
  }, async () => {
    // Its anonymisation left the UIDs empty.
    const files = join(folder, 'abdomen');
    const studyUid = await runScript('new-series.py', sharedData('abdomen-j2k'), files);
    await store(files, '1.2.840.10008.1.2.4.90', studyUid);
    const decoded = await convertFolder(['gdcmconv', '--raw'], files, join(folder, 'abdomen-raw'));
    assertSameVolume(await retrieved(studyUid), await referenceVolume(decoded, scratch()));
  });
});
