import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import type { CohortCase } from '../../src/evaluation/cohort-case.ts';
import { readTruth } from '../../src/evaluation/truth-masks.ts';
import { volumeOf } from '../support/small-volume.ts';

const { limits } = checkConfig({});
const volume = volumeOf([1, 1, 4], [1, 1, 1], () => 0);
const header =
  'NRRD0004\ntype: uint8\ndimension: 3\nspace: LPS\nsizes: 4 1 1\nspace directions: (1,0,0) (0,1,0) (0,0,1)\nspace origin: (0,0,0)\nencoding: raw\n\n';

describe('the truth of a case', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-truth-'));
    const write = (name: string, labels: readonly number[]) =>
      writeFile(join(folder, name), Buffer.concat([Buffer.from(header), Buffer.from(labels)]));
    await write('lobes', [4, 8, 0, 6]);
    await write('lungs', [0, 255, 1, 0]);
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (
    columns: readonly ('lungs' | 'lobes' | 'opacities')[],
    files = columns as readonly string[],
  ) => {
    const masks = Object.fromEntries(columns.map((column, at) => [column, join(folder, files[at] ?? '')]));
    return await readTruth({ masks } as unknown as CohortCase, volume, [4, 5, 6, 7, 8], limits);
  };

  it('has the lobes by the labels that were named, and the lungs from them', async () => {
    const { lobes, lungs, opacities } = await read(['lobes']);
    assert.deepEqual([...(lobes ?? [])], [1, 5, 0, 3]);
    assert.deepEqual([...(lungs ?? [])], [1, 1, 0, 1]);
    assert.equal(opacities, undefined);
  });

  it('has lungs of their own where they are given, and anything but 0 is inside', async () => {
    const { lungs, opacities } = await read(['lobes', 'lungs', 'opacities'], ['lobes', 'lungs', 'lungs']);
    assert.deepEqual([...(lungs ?? [])], [0, 1, 1, 0]);
    assert.deepEqual([...(opacities ?? [])], [0, 1, 1, 0]);
  });

  it('is refused where a lobe has a label that was not named', async () => {
    await assert.rejects(read(['lobes'], ['lungs']), {
      code: 'mask-invalid',
      message: /label 255, which is none of the lobes' 4, 5, 6, 7, 8/,
      details: { mask: 'lobes' },
    });
  });
});
