import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { checkConfig } from '../../src/config.ts';
import { placeMask } from '../../src/masks/place-mask.ts';
import { readNifti, unpackedNifti } from '../../src/masks/read-nifti.ts';
import { niftiOf } from '../../src/masks/write-nifti.ts';
import { niftiFields } from '../support/nifti-fields.ts';
import { expectedGrid } from './expected-grid.ts';
import expected from './fixtures/expected.json' with { type: 'json' };

const { limits } = checkConfig({});
const labels = Uint8Array.from(expected.labels);
const millionths = (values: readonly number[]) => values.map((value) => Math.round(value * 1e6) / 1e6 + 0);

describe('voxels written as NIfTI-1', () => {
  it('say what nibabel says of the same labels on the same grid', async () => {
    const ours = niftiFields(await niftiOf(labels, expectedGrid('tilted')));
    const byNibabel = niftiFields(await readFile(join(import.meta.dirname, 'fixtures', 'sform.nii.gz')));
    for (const field of ['dim', 'datatype', 'bitpix', 'voxOffset', 'units', 'magic'] as const) {
      assert.deepEqual(ours[field], byNibabel[field], field);
    }
    for (const field of ['pixdim', 'quaternion', 'qoffset', 'rows'] as const) {
      assert.deepEqual(millionths(ours[field].flat()), millionths(byNibabel[field].flat()), field);
    }
    assert.deepEqual([...ours.voxels], [...byNibabel.voxels]);
  });

  for (const name of ['straight', 'tilted'] as const) {
    for (const [form, ignored] of [
      ['sform', 252],
      ['qform', 254],
    ] as const) {
      it(`are read back as they were by their ${form}, on a ${name} grid`, async () => {
        const file = new Uint8Array(
          await unpackedNifti(await niftiOf(labels, expectedGrid(name), { isLabels: true }), limits),
        );
        file.fill(0, ignored, ignored + 2);
        const placed = placeMask(readNifti(file, limits), expectedGrid(name), (label) => label);
        assert.deepEqual([...placed], expected.labels);
      });
    }
  }

  it('are HU in two bytes with the window that is shown first', async () => {
    const grid = { ...expectedGrid('straight'), shape: [1, 1, 3] } as const;
    const file = await niftiOf(Int16Array.of(-1024, 0, 1020), grid, { shown: { from: -1350, to: 150 } });
    const { datatype, bitpix, shown, voxels, intent } = niftiFields(file);
    // nifti1.h: DT_INT16 is 4; by hand: -1024 is 0xfc00 and 1020 0x03fc, the lower byte first.
    assert.deepEqual([datatype, bitpix, intent], [4, 16, 0]);
    assert.deepEqual(shown, [-1350, 150]);
    assert.deepEqual([...voxels], [0x00, 0xfc, 0x00, 0x00, 0xfc, 0x03]);
  });

  it('lie where DICOM says that they lie, on an oblique table', async () => {
    // Turned in the plane by the angle of the triangle 3-4-5, and leaning to the head along z.
    const grid = {
      shape: [4, 5, 6],
      spacingMm: [2, 0.5, 1],
      originMm: [10, 20, 30],
      direction: { x: [0.8, 0.6, 0], y: [-0.6, 0.8, 0], z: [0, 0, 1] },
    } as const;
    const { rows, qfac } = niftiFields(await niftiOf(new Uint8Array(120), grid, { isLabels: true }));
    // PS3.3 C.7.6.2.1.1 by hand, column 5, row 4, slice 3: (10 + 4 - 1.2, 20 + 3 + 1.6, 30 + 6) in LPS.
    const [i, j, k] = [5, 4, 3];
    const at = rows.map(([a = 0, b = 0, c = 0, d = 0]) => a * i + b * j + c * k + d);
    assert.deepEqual(millionths(at), [-12.8, -24.6, 36]);
    assert.equal(qfac, 1);
  });

  it('of slices that run against their right hand say so', async () => {
    const grid = {
      ...expectedGrid('straight'),
      direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, -1] },
    } as const;
    assert.equal(niftiFields(await niftiOf(labels, grid)).qfac, -1);
  });

  it('say that they are labels, and have no file where their grid has another number of voxels', async () => {
    const file = await niftiOf(labels, expectedGrid('straight'), { isLabels: true });
    // nifti1.h: NIFTI_INTENT_LABEL.
    assert.equal(niftiFields(file).intent, 1002);
    assert.equal(gunzipSync(file).length, 352 + labels.length);
    await assert.rejects(niftiOf(new Uint8Array(6), expectedGrid('straight')), RangeError);
  });
});
