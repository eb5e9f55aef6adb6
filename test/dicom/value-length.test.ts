import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headerFromSeriesJson, headersFromDicomJson } from '../../src/dicom/header-from-json.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { ctFile, limits } from './support/ct-file.ts';

const megabytes = 4_000_000;
const backslashes = '\\'.repeat(megabytes);
const letters = 'x'.repeat(megabytes);
const uid = { '00080018': { vr: 'UI', Value: ['2.25.1'] } };

describe('a value of megabytes', () => {
  it('is cut where it is text, in bytes as in JSON', async () => {
    // UT: its length has 32 bits.
    const file = ctFile(0, 0, [
      ['00080008', 'UT', backslashes],
      ['0008103E', 'UT', letters],
    ]);
    const [fromJson] = await headersFromDicomJson(
      {
        ...uid,
        '00080008': { vr: 'CS', Value: backslashes.split('') },
        '0008103E': { vr: 'LO', Value: [letters] },
      },
      limits,
    );
    const { header } = parseInstance(file.subarray(0, 3 * megabytes), {
      ...limits,
      headerBytes: 3 * megabytes,
    });
    for (const { imageType, seriesDescription } of [header, fromJson ?? header]) {
      assert.equal(imageType.length, 64);
      assert.equal(seriesDescription, 'x'.repeat(1024));
    }
  });

  it('is refused where it is a number or a UID: cut, it would be another one', async () => {
    for (const [tag, name] of [
      ['00281053', 'RescaleSlope'],
      ['00280008', 'NumberOfFrames'],
      ['0020000D', 'StudyInstanceUID'],
    ] as const) {
      const digits = '1'.repeat(1026);
      const refused = { code: 'dicom-invalid', message: new RegExp(`its ${name} is longer than 1024 bytes`) };
      assert.throws(() => parseInstance(ctFile(0, 0, [[tag, 'UT', digits]]), limits), refused);
      const json = { ...uid, [tag]: { vr: 'DS', Value: [digits] } };
      await assert.rejects(headersFromDicomJson(json, limits), refused);
      assert.throws(() => headerFromSeriesJson(json), refused);
    }
  });
});
