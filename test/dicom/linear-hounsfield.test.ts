import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hounsfieldTable } from '../../src/dicom/hounsfield.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { linearHounsfield } from '../../src/dicom/linear-hounsfield.ts';
import { sliceHeader } from './support/headers.ts';

const ofSlope1: Partial<InstanceHeader> = { rescaleSlope: 1, rescaleIntercept: -1024 };
const unsigned12: Partial<InstanceHeader> = { ...ofSlope1, bitsStored: 12, pixelRepresentation: 0 };
const signed16: Partial<InstanceHeader> = { ...ofSlope1, bitsStored: 16, pixelRepresentation: 1 };

function writer(fields: Partial<InstanceHeader>) {
  const header = sliceHeader(0, fields);
  return linearHounsfield(header, hounsfieldTable(header));
}

describe('HU of slope 1', () => {
  const usual: Readonly<Record<string, Partial<InstanceHeader>>> = {
    '12 bits without a sign': unsigned12,
    '16 bits with one': signed16,
    'padding of -2000': { ...signed16, pixelPaddingValue: -2000 },
    'padding of 63536, which stands for it': { ...signed16, pixelPaddingValue: 63_536 },
    'a range of padding': { ...unsigned12, pixelPaddingValue: 0, pixelPaddingRangeLimit: 40 },
    'no intercept': { ...signed16, rescaleIntercept: 0 },
  };
  for (const [name, fields] of Object.entries(usual)) {
    // That they are those of the table is what it checks itself, and test/dicom/plain-slices.test.ts sees.
    it(`are worked out for ${name}`, () => {
      assert.ok(writer(fields));
    });
  }

  it('are those of PS3.3 C.11.1.1.2, by hand', () => {
    const slice = new Int16Array(5);
    writer({ ...signed16, pixelPaddingValue: -2000 })?.(
      Uint16Array.of(0, 1024, 63_536, 32_768, 65_535),
      slice,
    );
    // -2000 is padding, which is air; -32768 - 1024 is clamped.
    assert.deepEqual(slice, Int16Array.of(-1024, 0, -1024, -32_768, -1025));
  });

  it('are left to the table where it says anything else', () => {
    for (const fields of [
      { ...unsigned12, rescaleSlope: 2 },
      { ...unsigned12, rescaleIntercept: -1024.6 },
      { ...unsigned12, rescaleIntercept: 70_000 },
      { ...unsigned12, bitsStored: 16 },
    ]) {
      assert.equal(writer(fields), undefined);
    }
  });
});
