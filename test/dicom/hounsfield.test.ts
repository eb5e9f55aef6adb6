import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hounsfieldTable } from '../../src/dicom/hounsfield.ts';
import { paddingInImageHu, storedValue } from '../../src/dicom/padding.ts';

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

  it('are air in a range of negative padding, both ends of it', () => {
    const table = hounsfieldTable({
      ...signed16,
      pixelPaddingValue: -2000,
      pixelPaddingRangeLimit: -1990,
      rescaleIntercept: 0,
    });
    const at = (stored: number) => table[stored & 0xffff];
    assert.deepEqual([-2001, -2000, -1995, -1990, -1989].map(at), [-2001, -1024, -1024, -1024, -1989]);
  });

  it('are air where the padding was written in the other sign', () => {
    // -2000 and 63536 are one word.
    assert.equal(hounsfieldTable({ ...signed16, pixelPaddingValue: 63_536 })[63_536], -1024);
    assert.equal(hounsfieldTable({ ...unsigned12, bitsStored: 16, pixelPaddingValue: -2000 })[63_536], -1024);
  });

  it('are air where the padding was written as BitsStored without a sign, and the words carry the sign on', () => {
    const signed12 = { ...unsigned12, pixelRepresentation: 1, rescaleIntercept: 0 } as const;
    const table = hounsfieldTable({ ...signed12, pixelPaddingValue: 2048 });
    // -2048 in 16 bits, and in 12 with nothing above them.
    assert.deepEqual([table[0xf800], table[0x0800], table[0x07ff]], [-1024, -1024, 2047]);
    const range = hounsfieldTable({ ...signed12, pixelPaddingValue: 2048, pixelPaddingRangeLimit: 2058 });
    assert.deepEqual(
      [-2048, -2038, -2037].map((stored) => range[stored & 0xffff]),
      [-1024, -1024, -2037],
    );
  });

  it('are air where lossy compression has moved padding off its value', () => {
    const jpeg2000 = { ...signed16, transferSyntaxUid: '1.2.840.10008.1.2.4.91', rescaleIntercept: 0 };
    const padded = { ...jpeg2000, pixelPaddingValue: -3024 };
    const at = (table: Int16Array, stored: number) => table[stored & 0xffff];
    // Half way from -3024 to air is -2024.
    const lossy = hounsfieldTable(padded);
    assert.deepEqual(
      [-3030, -3020, -2025, -2024, -1030].map((stored) => at(lossy, stored)),
      [-1024, -1024, -1024, -2024, -1030],
    );
    const lossless = hounsfieldTable({ ...padded, transferSyntaxUid: '1.2.840.10008.1.2.4.90' });
    assert.equal(at(lossless, -3020), -3020);
    assert.equal(at(hounsfieldTable(jpeg2000), -3020), -3020);
    // The warning padding-in-image tells of these: the loss leaves no way to know padding from water.
    const inRange = hounsfieldTable({ ...jpeg2000, pixelPaddingValue: 0 });
    assert.deepEqual(
      [-1, 0, 1].map((stored) => at(inRange, stored)),
      [-1, -1024, 1],
    );
  });

  it('are not guessed without a rescale', () => {
    const { rescaleSlope: _, ...without } = unsigned12;
    assert.throws(() => hounsfieldTable(without), { code: 'dicom-invalid' });
    assert.throws(() => hounsfieldTable({ ...unsigned12, rescaleSlope: 0 }), { code: 'dicom-invalid' });
  });
});

describe('padding in the range of the image', () => {
  it('is told by its HU, and not where it stands outside BitsStored', () => {
    const signed = { ...signed16, rescaleIntercept: 0 };
    assert.deepEqual(paddingInImageHu({ ...signed, pixelPaddingValue: 0 }), { low: 0, high: 0 });
    assert.deepEqual(paddingInImageHu({ ...unsigned12, pixelPaddingValue: 0 }), { low: -1024, high: -1024 });
    assert.equal(paddingInImageHu({ ...unsigned12, pixelPaddingValue: 63_536 }), undefined);
    assert.equal(paddingInImageHu(unsigned12), undefined);
    // 3000 to 5000 in 12 bits ends at 4095, which is 3071 HU.
    const wide = { ...unsigned12, pixelPaddingValue: 3000, pixelPaddingRangeLimit: 5000 };
    assert.deepEqual(paddingInImageHu(wide), { low: 1976, high: 3071 });
  });
});
