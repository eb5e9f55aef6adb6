import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { checkConfig } from '../../src/config.ts';
import { placeMask } from '../../src/masks/place-mask.ts';
import { readMask } from '../../src/masks/read-mask.ts';
import { nrrdOf, writeNrrd } from '../../src/masks/write-nrrd.ts';
import { expectedGrid } from './expected-grid.ts';
import expected from './fixtures/expected.json' with { type: 'json' };

const { limits } = checkConfig({});

const labels = { data: Uint8Array.from(expected.labels), shape: expectedGrid('straight').shape };

/** The fields of a NRRD header, numbers as numbers, and the voxels behind it. */
function partsOf(file: Uint8Array) {
  const text = Buffer.from(file).toString('latin1');
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .split('\n')
    .filter((line) => /^[a-z ]+:/.test(line));
  const fields = new Map(lines.map((line) => line.split(/: */, 2) as [string, string]));
  const numbers = (field: string) => (fields.get(field) ?? '').match(/[-\d.e]+/g)?.map(Number);
  return {
    type: fields.get('type')?.replace('unsigned char', 'uint8'),
    space: fields.get('space'),
    sizes: numbers('sizes'),
    directions: numbers('space directions'),
    origin: numbers('space origin'),
    voxels: gunzipSync(file.subarray(end + 2)),
  };
}

describe('a mask written as NRRD', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-nrrd-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('says what pynrrd says of the same labels on the same grid', async () => {
    const byPynrrd = await readFile(join(import.meta.dirname, 'fixtures', 'lps-gzip.nrrd'));
    assert.deepEqual(partsOf(await nrrdOf(labels, expectedGrid('straight'))), partsOf(byPynrrd));
  });

  for (const name of ['straight', 'tilted'] as const) {
    it(`is read back as it was, on a ${name} grid`, async () => {
      const path = join(folder, `${name}.nrrd`);
      await writeNrrd(path, labels, expectedGrid(name));
      const placed = placeMask(await readMask(path, limits), expectedGrid(name), (label) => label);
      assert.deepEqual([...placed], expected.labels);
    });
  }

  it('has the shape of its grid or is not written', async () => {
    await assert.rejects(
      nrrdOf({ data: new Uint8Array(6), shape: [1, 2, 3] }, expectedGrid('tilted')),
      RangeError,
    );
  });
});
