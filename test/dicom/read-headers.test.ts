import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHeaders } from '../../src/dicom/read-headers.ts';
import { dicomFile } from '../support/dicom-writer.ts';
import { ctFile, limits } from './support/ct-file.ts';

/** Reads the headers of a file, and tells how much of it was asked for each time. */
async function read(file: Uint8Array) {
  const asked: number[] = [];
  const { header } = await readHeaders(
    (length) => {
      asked.push(length);
      return file.subarray(0, length);
    },
    file.length,
    limits,
  );
  return { header, asked };
}

describe('the headers of an object', () => {
  it('are read of its first 32 KB where the pixels begin in those', async () => {
    const { header, asked } = await read(ctFile(3, 0, [['7FE00010', 'OW', new Uint8Array(100_000)]]));
    assert.deepEqual([header.imagePositionPatient, asked], [[-10, -20, 3], [32_768]]);
  });

  it('are read of more where they are longer', async () => {
    const file = ctFile(3, 0, [['00091001', 'OB', new Uint8Array(50_000)]]);
    const { header, asked } = await read(file);
    assert.deepEqual(
      [header.imagePositionPatient, asked],
      [
        [-10, -20, 3],
        [32_768, file.length],
      ],
    );
  });

  it('are read once of what is no CT image, however long it is', async () => {
    const contours = dicomFile([
      ['00080018', 'UI', '2.25.77'],
      ['00080060', 'CS', 'RTSTRUCT'],
      ['0020000D', 'UI', '2.25.10'],
      ['0020000E', 'UI', '2.25.13'],
      ['30060010', 'OB', new Uint8Array(200_000)],
    ]);
    const { header, asked } = await read(contours);
    assert.deepEqual([header.seriesInstanceUid, asked], ['2.25.13', [32_768]]);
  });
});
