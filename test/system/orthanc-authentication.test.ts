import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { LobarError } from '../../src/errors.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { assertSameVolume, referenceVolume } from '../support/orthanc/reference-volume.ts';
import { pacsConfig, retrieveVolume } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';

const username = 'lobar';
const password = 'pass:wörd ✓';
const wrong = 'not-the-password';

describe('an Orthanc that asks for a password (HTTP Basic)', { skip: peersMissing }, () => {
  const decodePool = openDecodePool({ threads: 1 });
  let orthanc: Orthanc;
  let folder = '';
  let files = '';
  let phantom: PhantomStudy;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-auth-'));
    files = join(folder, 'series');
    phantom = await writePhantomStudy(files, { slices: 4, matrix: 32 });
    orthanc = await openOrthanc({ users: { [username]: password } });
  });
  after(async () => {
    await orthanc?.close();
    await decodePool.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function withPassword(text: string) {
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, `${text}\n`);
    return pacsConfig({ url: orthanc.url, basic: { username, passwordFile } });
  }
  const refused = (error: unknown) => {
    assert.ok(error instanceof LobarError, inspect(error));
    assert.equal(error.code, 'pacs-auth-failed');
    const shown = inspect(error, { depth: null, showHidden: true });
    for (const secret of [wrong, Buffer.from(`${username}:${wrong}`).toString('base64')]) {
      assert.ok(!shown.includes(secret), 'the error shows the password');
    }
    return true;
  };

  it('is stored to and retrieved from with the user and password of the configuration', async () => {
    const config = await withPassword(password);
    const { stored, failed } = await storeFolder(config, files);
    assert.deepEqual([stored.length, failed.length], [4, 0]);
    const volume = await retrieveVolume(config, phantom.study.studyInstanceUid, decodePool);
    assertSameVolume(volume, await referenceVolume(files, join(folder, 'reference.raw')));
  });

  it('refuses a wrong password, and the error says so without showing it', async () => {
    const config = await withPassword(wrong);
    await assert.rejects(retrieveVolume(config, phantom.study.studyInstanceUid, decodePool), refused);
    await assert.rejects(storeFolder(config, files), refused);
  });

  it('refuses a client without a password', async () => {
    const config = pacsConfig({ url: orthanc.url });
    await assert.rejects(retrieveVolume(config, phantom.study.studyInstanceUid, decodePool), refused);
  });
});
