import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PacsConfig } from '../../src/config-schema.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { LobarError } from '../../src/errors.ts';
import { createRandom, type Random } from '../../src/sandbox/phantom/random.ts';
import type { CtVolume } from '../../src/volume/types.ts';
import { type Cut, openCuttingProxy } from '../support/cutting-proxy.ts';
import { type Orthanc, openOrthanc } from '../support/orthanc/open-orthanc.ts';
import { assertSameVolume, type Reference, referenceVolume } from '../support/orthanc/reference-volume.ts';
import { pacsConfig, retrieveVolume } from '../support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../support/orthanc/store-folder.ts';
import { peersMissing } from '../support/orthanc/system-peers.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

const aboutSeriesBytes = 700_000;

/** The request for a whole series, of all that a retrieval sends. */
const isSeries = (requestLine: string) => /^GET [^ ]*\/series\/[0-9.]+ /.test(requestLine);
const how = (random: Random): Cut['how'] => (random.index(2) === 0 ? 'FIN' : 'RST');

/**
 * Cuts a share of all answers that the seed says. Each request has random numbers of its own: requests sent at
 * the same time arrive in any order.
 */
function cutsEverywhere(seed: number): (requestLine: string) => Cut | undefined {
  const share = createRandom(seed, 'share of answers to cut').uniform(0, 0.5);
  const asked = new Map<string, number>();
  return (requestLine) => {
    const times = (asked.get(requestLine) ?? 0) + 1;
    asked.set(requestLine, times);
    const random = createRandom(seed, `${requestLine}, time ${times}`);
    if (random.uniform(0, 1) > share) return undefined;
    // Over the whole scale, so that some break in a head, some in a list, some in pixels.
    const afterBytes = Math.floor(Math.exp(random.uniform(0, Math.log(aboutSeriesBytes))));
    return { afterBytes, how: how(random) };
  };
}

describe('a connection to Orthanc that breaks at a random byte', { skip: peersMissing }, () => {
  const decodePool = openDecodePool({ threads: 2 });
  let orthanc: Orthanc;
  let folder = '';
  let studyUid = '';
  let expected: Reference;
  /** Of the files; the answer to the request for the series has a few more around them. */
  let seriesBytes = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-cut-'));
    orthanc = await openOrthanc();
    // UIDs that are the same in every run: the seeds of the cuts depend on them.
    let files = sharedData('cip-ct64', 'ct-64Dicom');
    studyUid = '1.2.826.0.1.3680043.2.1125.1.35591276374847523812691041989786456';
    if (sharedDataMissing) {
      files = join(folder, 'phantom');
      const { study } = await writePhantomStudy(files, { slices: 79, matrix: 64 });
      studyUid = study.studyInstanceUid;
    }
    const { stored, failed } = await storeFolder(pacsConfig({ url: orthanc.url }), files);
    assert.deepEqual(failed, []);
    expected = await referenceVolume(files, join(folder, 'reference.raw'));
    assert.equal(stored.length, expected.shape[0]);
    for (const name of await readdir(files, { recursive: true })) {
      if (name.endsWith('.dcm')) seriesBytes += (await stat(join(files, name))).size;
    }
  });
  after(async () => {
    await orthanc?.close();
    await decodePool.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** One retrieval through a proxy of its own: the volume or the error, and how often it was cut. */
  async function retrieveThrough(plan: (requestLine: string) => Cut | undefined) {
    const proxy = await openCuttingProxy(orthanc.port, plan);
    const config: PacsConfig = pacsConfig({ url: `http://127.0.0.1:${proxy.port}/dicom-web` });
    try {
      const outcome: CtVolume | Error = await retrieveVolume(config, studyUid, decodePool).catch(
        (error: Error) => error,
      );
      return { outcome, cuts: proxy.cuts };
    } finally {
      await proxy.close();
    }
  }

  it('is made up for where only the stream of the series breaks: the volume is complete and equal', async () => {
    for (const seed of seeds) {
      const random = createRandom(seed, 'cut the series');
      const cut: Cut = { afterBytes: random.index(seriesBytes), how: how(random) };
      const { outcome, cuts } = await retrieveThrough((line) => (isSeries(line) ? cut : undefined));
      const context = `(seed ${seed}: ${cut.how} after ${cut.afterBytes} bytes)`;
      if (outcome instanceof Error) assert.fail(`${outcome.message} ${context}`);
      assert.ok(cuts > 0, `nothing was cut ${context}`);
      assertSameVolume(outcome, expected, context);
    }
  });

  it('gives the complete volume or an error where any answer may break, never a shorter volume', async (t) => {
    const outcomes = new Map<string, number>();
    for (const seed of seeds) {
      const { outcome, cuts } = await retrieveThrough(cutsEverywhere(seed));
      const context = `(seed ${seed}, ${cuts} cuts)`;
      const name =
        outcome instanceof LobarError ? outcome.code : outcome instanceof Error ? 'other' : 'complete';
      outcomes.set(name, (outcomes.get(name) ?? 0) + 1);
      if (!(outcome instanceof Error)) assertSameVolume(outcome, expected, context);
      else if (!/^pacs-/.test(name)) assert.fail(`${outcome.stack} ${context}`);
    }
    assert.ok((outcomes.get('complete') ?? 0) > 0, 'every seed failed, so nothing was compared');
    t.diagnostic(`${seeds.length} seeds: ${[...outcomes].map(([name, n]) => `${n} ${name}`).join(', ')}`);
  });
});
