import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hounsfieldTable, storedValue } from '../../src/dicom/hounsfield.ts';

const unsigned12 = {
  sopInstanceUid: '2.25.1',
  bitsStored: 12,
  pixelRepresentation: 0,
  rescaleSlope: 1,
  rescaleIntercept: -1024,
} as const;
const signed16 = { ...unsigned12, bitsStored: 16, pixelRepresentation: 1 } as const;

describe('a stored value', () => {
  it('is the low BitsStored bits, two’s complement if signed', () => {
    assert.equal(storedValue(0xf123, 12, 0), 0x123);
    assert.equal(storedValue(0x0fff, 12, 1), -1);
    assert.equal(storedValue(0xf7ff, 12, 1), 2047);
    assert.equal(storedValue(0x8000, 16, 1), -32_768);
    assert.equal(storedValue(0x8000, 16, 0), 32_768);
  });
});

describe('HU', () => {
  it('are stored x slope + intercept, rounded', () => {
    assert.equal(hounsfieldTable(unsigned12)[1000], -24);
    // 100 x 2.0002442 - 4047 = -3846.97558
    const lossy = hounsfieldTable({ ...unsigned12, rescaleSlope: 2.0002442, rescaleIntercept: -4047 });
    assert.equal(lossy[100], -3847);
  });

  it('stay within Int16', () => {
    assert.equal(hounsfieldTable(signed16)[0x8001], -32_768);
    assert.equal(hounsfieldTable({ ...signed16, rescaleIntercept: 5 })[0x7fff], 32_767);
  });

  it('are air where there is padding', () => {
    const table = hounsfieldTable({ ...signed16, pixelPaddingValue: -32_768 });
    assert.equal(table[0x8000], -1024);
    assert.equal(table[1024], 0);
  });

  it('are air in the whole padding range, whichever end is written first', () => {
    const table = hounsfieldTable({ ...unsigned12, pixelPaddingValue: 20, pixelPaddingRangeLimit: 10 });
    assert.deepEqual([...table.subarray(9, 22)], [-1015, ...Array(11).fill(-1024), -1003]);
  });

  it('are air where the padding lies outside BitsStored', () => {
    // -2000 as a 16-bit word beside 12 bits of image: masked it would be 2096.
    const table = hounsfieldTable({ ...unsigned12, pixelPaddingValue: 63_536 });
    assert.equal(table[63_536], -1024);
    assert.equal(table[2096], 1072);
  });

  it('are not guessed without a rescale', () => {
    const { rescaleSlope: _, ...without } = unsigned12;
    assert.throws(() => hounsfieldTable(without), { code: 'dicom-invalid' });
    assert.throws(() => hounsfieldTable({ ...unsigned12, rescaleSlope: 0 }), { code: 'dicom-invalid' });
  });
});
