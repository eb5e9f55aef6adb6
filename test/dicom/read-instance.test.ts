import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { readInstance } from '../../src/dicom/read-instance.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { ctFile, limits } from './support/ct-file.ts';
import { deflated } from './support/deflated.ts';

const deflatedUid = '1.2.840.10008.1.2.1.99';
const real = (end: string) => readFileSync(sharedData('transfer-syntaxes', `CTImage.dcm_${end}`));
const plainFile = 'LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1.dcm';

describe('a deflated instance', () => {
  it('reads as the real one that it was made of', { skip: sharedDataMissing }, async () => {
    // Both files were written by another tool, of one image.
    const plain = await readInstance(real(plainFile), limits);
    const inflated = await readInstance(
      real('DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99.dcm'),
      limits,
    );
    assert.deepEqual(
      { ...inflated.header, transferSyntaxUid: '' },
      { ...plain.header, transferSyntaxUid: '' },
    );
    assert.equal(inflated.header.transferSyntaxUid, deflatedUid);
    assert.deepEqual(Buffer.from(pixelFrames(inflated)(1)), Buffer.from(pixelFrames(plain)(1)));
  });

  it('may be padded (PS3.5 A.5), and have the header of zlib that DICOM leaves out', async () => {
    const expected = parseInstance(ctFile(3), limits).header;
    const padded = Buffer.concat([deflated(ctFile(3)), Buffer.alloc(1)]);
    for (const file of [padded, deflated(ctFile(3), deflateSync)]) {
      const { header } = await readInstance(file, limits);
      assert.deepEqual(header, { ...expected, transferSyntaxUid: deflatedUid });
    }
  });

  it('gives its header where only its first part is there', async () => {
    const whole = deflated(ctFile(3, 0, [['7FE00010', 'OW', noise(50_000)]]));
    const { header, frames } = await readInstance(whole.subarray(0, 5000), limits, whole.length);
    assert.deepEqual(header.imagePositionPatient, [-10, -20, 3]);
    assert.equal(frames.length, 1);
  });

  it('is refused where it breaks off, wherever, or is damaged', async () => {
    const whole = deflated(ctFile(3));
    const start = whole.length - 200;
    for (let length = start; length < whole.length - 1; length += 7) {
      await assert.rejects(
        readInstance(whole.subarray(0, length), limits),
        { code: 'dicom-invalid' },
        String(length),
      );
    }
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, start, start + 20);
    await assert.rejects(readInstance(damaged, limits), { code: 'dicom-invalid' });
  });

  it('is refused where it becomes more than its size allows, by the name of the limit', async () => {
    // A million zeros deflate to about a thousand bytes.
    const bomb = deflated(ctFile(0, 0, [['7FE00010', 'OW', new Uint8Array(1_000_000)]]));
    await assert.rejects(readInstance(bomb, limits), {
      code: 'limit-exceeded',
      message: /limits\.inflateRatio \(100 bytes a byte\)/,
    });
    await assert.rejects(readInstance(bomb, { ...limits, inflateRatio: 2000, bytesPerInstance: 50_000 }), {
      code: 'limit-exceeded',
      message: /limits\.bytesPerInstance \(50000 bytes\)/,
    });
    const { header } = await readInstance(bomb, { ...limits, inflateRatio: 2000 });
    assert.equal(header.rows, 2);
  });
});

describe('what follows the pixels of a deflated instance', () => {
  it('is not inflated, however much it is', async () => {
    const file = deflated(
      ctFile(0, 0, [
        ['7FE00010', 'OW', noise(100_000)],
        ['FFFCFFFC', 'OB', new Uint8Array(50_000_000)],
      ]),
    );
    const own = { ...limits, headerBytes: 10_000, inflateRatio: 50 };
    const { bytes, pixelData } = await readInstance(file, own);
    const { offset = 0, length = 0 } = pixelData ?? {};
    assert.deepEqual(bytes.subarray(offset, offset + length), noise(100_000));
    // What zlib gave at once with the last of the pixels comes along.
    assert.ok(bytes.length < 300_000, `${bytes.length} bytes`);
  });
});

describe('a big-endian instance', () => {
  it('reads as the real one that it was made of', { skip: sharedDataMissing }, async () => {
    const plain = await readInstance(real(plainFile), limits);
    const turned = await readInstance(
      real('BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm'),
      limits,
    );
    assert.deepEqual({ ...turned.header, transferSyntaxUid: '' }, { ...plain.header, transferSyntaxUid: '' });
    // pydicom: PixelRepresentation 1, PixelPaddingValue -32768 (SS), VR of PixelData OW.
    assert.deepEqual([turned.header.pixelPaddingValue, turned.pixelData?.vr], [-32_768, 'OW']);
  });
});

/** Bytes that do not deflate: a linear congruential generator (Numerical Recipes). */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
