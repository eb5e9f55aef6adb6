import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawVolumes } from '../../../src/analysis/reporting/draw-volumes.ts';
import { coarsenHu } from '../../../src/volume/coarse-hu.ts';
import { niftiFields } from '../../support/nifti-fields.ts';
import { labelsOf } from '../../support/small-volume.ts';
import { drawOrder } from './order.ts';

describe('the volumes of a report', () => {
  it('are CT, lobes and opacities on one grid, the lungs and 15 mm around them', async () => {
    const documents = await drawVolumes(drawOrder());
    assert.deepEqual(
      documents.map(({ name, kind, contentType }) => [name, kind, contentType]),
      ['ct', 'lobes', 'opacities'].map((name) => [`${name}.nii.gz`, 'volumes', 'application/gzip']),
    );
    const files = documents.map(({ bytes }) => niftiFields(bytes));
    for (const { dim, rows } of files) {
      // By hand: x 30 - 15 to 50 + 15, y 25 - 15 to 35 + 15; of z, 8 slices of 2 mm either way, it has all 12.
      assert.deepEqual(dim.slice(0, 4), [3, 50, 40, 12]);
      // The first voxel of the box in LPS: (10 + 0.8 15 - 0.6 10, 20 + 0.6 15 + 0.8 10, 30).
      assert.deepEqual(
        rows.map((row) => row[3]),
        [-16, -37, 30],
      );
    }
    assert.deepEqual(
      files.map(({ datatype, intent }) => [datatype, intent]),
      [
        [4, 0],
        [2, 1002],
        [2, 1002],
      ],
    );
  });

  it('show a voxel where the scanner saw it, in steps of 4 HU', async () => {
    const [ct, lobes, opacities] = (await drawVolumes(drawOrder())).map(({ bytes }) => niftiFields(bytes));
    const at = (z: number, y: number, x: number) => x - 15 + 50 * (y - 10 + 40 * z);
    const hu = (z: number, y: number, x: number) => ct?.voxels.readInt16LE(2 * at(z, y, x));
    // -301, -850 + 25 - 30, and 3000 and -850 of the chest wall, each to the nearest multiple of 4.
    assert.deepEqual([hu(5, 28, 32), hu(4, 25, 30), hu(0, 10, 15), hu(11, 49, 64)], [-300, -856, 1020, -848]);
    assert.deepEqual([lobes?.voxels[at(5, 28, 32)], lobes?.voxels[at(7, 34, 49)]], [1, 5]);
    // 3 rows of 4 voxels in one slice.
    assert.equal(
      opacities?.voxels.reduce((sum, one) => sum + one, 0),
      12,
    );
    assert.equal(opacities?.voxels[at(5, 28, 32)], 1);
  });

  it('leave the volume and its masks as they are', async () => {
    const order = drawOrder();
    await drawVolumes(order);
    const { volume, masks } = drawOrder();
    assert.deepEqual(order.volume.data, volume.data);
    assert.deepEqual(order.masks, masks);
  });

  it('are the whole scan where no lung was found', async () => {
    const order = drawOrder();
    const lobes = labelsOf(order.volume.shape, () => 0);
    const [ct] = await drawVolumes({ ...order, masks: { ...order.masks, lobes } });
    assert.deepEqual(niftiFields(ct?.bytes ?? new Uint8Array()).dim.slice(1, 4), [80, 60, 12]);
  });
});

describe('coarse Hounsfield units', () => {
  it('are the nearest multiple of 4, between -1024 and 1020', () => {
    const data = Int16Array.of(-32768, -1027, -1023, -3, -2, -1, 0, 1, 2, 5, 6, 1019, 1023, 32767);
    coarsenHu(data);
    assert.deepEqual([...data], [-1024, -1024, -1024, -4, 0, 0, 0, 0, 4, 4, 8, 1020, 1020, 1020]);
  });
});
