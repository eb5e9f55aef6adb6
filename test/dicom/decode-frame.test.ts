import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodeFrame, lazyCodecs } from '../../src/dicom/decode-frame.ts';
import { encapsulatedFrame } from '../../src/dicom/encapsulated-frame.ts';
import { type ParsedInstance, parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { ctFile, encapsulated, limits } from './support/ct-file.ts';

const codecs = lazyCodecs();

function file(ending: string): Uint8Array {
  const folder = sharedData('transfer-syntaxes');
  const name = readdirSync(folder).find((candidate) => candidate.endsWith(`_${ending}.dcm`));
  assert.ok(name, ending);
  return readFileSync(`${folder}/${name}`);
}

async function decode(
  bytes: Uint8Array,
  change: Partial<ParsedInstance['header']> = {},
): Promise<Uint16Array> {
  const instance = parseInstance(bytes, limits);
  const header = { ...instance.header, ...change };
  return await decodeFrame(pixelFrames({ ...instance, header })(1), header, codecs);
}

/** The last 524288 bytes of the uncompressed file are its pixels; pydicom agrees. */
function rawPixels(): Int16Array {
  const bytes = file('1.2.840.10008.1.2.1');
  return new Int16Array(Uint8Array.from(bytes.subarray(-524_288)).buffer);
}

/** The same instance with its one code stream replaced. */
function withStream(bytes: Uint8Array, change: (stream: Uint8Array) => Uint8Array): Uint8Array {
  const { pixelData } = parseInstance(bytes, limits);
  assert.ok(pixelData);
  const stream = encapsulatedFrame(bytes, pixelData.offset, {});
  return Buffer.concat([bytes.subarray(0, pixelData.offset), encapsulated([change(stream)])]);
}

const lossless = {
  'implicit little endian': '1.2.840.10008.1.2',
  'explicit little endian': '1.2.840.10008.1.2.1',
  'JPEG Lossless SV1': '1.2.840.10008.1.2.4.70',
  'JPEG-LS lossless': '1.2.840.10008.1.2.4.80',
  'RLE lossless': '1.2.840.10008.1.2.5',
};
const compressed = Object.entries(lossless).slice(2);

describe('the pixels of one real slice', { skip: sharedDataMissing }, () => {
  for (const [name, uid] of Object.entries(lossless)) {
    it(`come out bit by bit from ${name}`, async () => {
      assert.deepEqual(new Int16Array(await decode(file(uid))), rawPixels());
    });
  }

  it('come out within 1 HU from JPEG-LS near-lossless', async () => {
    const near = new Int16Array(await decode(file('1.2.840.10008.1.2.4.81')));
    const worst = rawPixels().reduce((most, value, i) => Math.max(most, Math.abs(value - (near[i] ?? 0))), 0);
    assert.equal(worst, 1);
  });

  for (const [uid, name] of [
    ['1.2.840.10008.1.2.2', 'Explicit VR Big Endian'],
    ['1.2.840.10008.1.2.4.50', 'JPEG Baseline'],
    ['1.2.840.10008.1.2.4.51', 'JPEG Extended'],
    ['1.2.840.10008.1.2.4.57', 'JPEG Lossless, Process 14'],
    ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless'],
    ['1.2.840.10008.1.2.4.91', 'JPEG 2000'],
  ] as const) {
    it(`are refused by name in ${name}`, async () => {
      await assert.rejects(decode(file(uid)), (error: Error & { code?: string }) => {
        return error.code === 'transfer-syntax-unsupported' && error.message.includes(`${uid} (${name})`);
      });
    });
  }
});

describe('damaged compressed pixel data', { skip: sharedDataMissing }, () => {
  const damage: Readonly<Record<string, (stream: Uint8Array) => Uint8Array>> = {
    'cut in half': (stream) => stream.subarray(0, stream.length / 2),
    'cut in half with its end put back': (stream) =>
      Buffer.concat([stream.subarray(0, stream.length / 2), Buffer.from([0xff, 0xd9])]),
    'without 500 bytes in the middle': (stream) =>
      Buffer.concat([stream.subarray(0, 60_000), stream.subarray(60_500)]),
    'of nothing': () => new Uint8Array(2),
  };
  for (const [name, uid] of compressed) {
    for (const [what, change] of Object.entries(damage)) {
      it(`is refused: ${name} ${what}`, async () => {
        await assert.rejects(decode(withStream(file(uid), change)), {
          code: 'decode-failed',
          details: { sopInstanceUid: '1.2.840.113619.2.30.1.1762295590.1623.978668950.109' },
        });
      });
    }

    it(`does not spoil the next ${name} image`, async () => {
      assert.deepEqual(new Int16Array(await decode(file(uid))), rawPixels());
    });

    it(`is refused where ${name} is of another size than the header says`, async () => {
      await assert.rejects(decode(file(uid), { rows: 511 }), { code: 'decode-failed' });
    });

    it(`is refused where the ${name} items break off`, async () => {
      const bytes = file(uid);
      await assert.rejects(decode(bytes.subarray(0, bytes.length - 5000)), { code: 'dicom-invalid' });
    });
  }

  it('is refused where JPEG stands in an RLE transfer syntax and the other way round', async () => {
    const rle = '1.2.840.10008.1.2.5';
    const jpeg = '1.2.840.10008.1.2.4.70';
    await assert.rejects(decode(file(jpeg), { transferSyntaxUid: rle }), { code: 'decode-failed' });
    await assert.rejects(decode(file(rle), { transferSyntaxUid: jpeg }), { code: 'decode-failed' });
  });
});

describe('encapsulated pixel data', () => {
  const parts = [Buffer.from([1, 2]), Buffer.from([3, 4, 5, 6]), Buffer.from([7, 8])];

  it('is joined from its fragments, with an offset table and without', () => {
    for (const table of [[], [0]]) {
      assert.deepEqual([...encapsulatedFrame(encapsulated(parts, table), 0, {})], [1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('may be in some thousand items, not in millions of empty ones', () => {
    const pieces = Array.from({ length: 4095 }, (_, i) => Buffer.from([i & 255, i >> 8]));
    const joined = encapsulatedFrame(encapsulated(pieces), 0, {});
    assert.deepEqual(joined, new Uint8Array(Buffer.concat(pieces)));
    // 64 MiB, the largest instance by default, of items without a byte.
    const empty = Buffer.alloc(64 * 2 ** 20, Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]));
    assert.throws(() => encapsulatedFrame(empty, 0, {}), { code: 'dicom-invalid', message: /4096 items/ });
  });

  it('is refused where an item lies about its length, or there is no frame, or something else', () => {
    const lying = encapsulated(parts);
    lying.writeUInt32LE(0x7fff_fff0, 12);
    const strange = encapsulated(parts);
    strange.writeUInt16LE(0x0010, 8);
    for (const bytes of [lying, strange, encapsulated([]), encapsulated(parts).subarray(0, -8)]) {
      assert.throws(() => encapsulatedFrame(bytes, 0, {}), { code: 'dicom-invalid' });
    }
  });
});

describe('a decoder that cannot be opened', () => {
  it('refuses the image, and is opened again for the next', async () => {
    let opened = 0;
    const failing = lazyCodecs({
      jpegLossless: async () => {
        opened += 1;
        if (opened === 1) throw new Error('out of memory');
        return () => Uint16Array.of(1, 2, 3, 4, 5, 6);
      },
      jpegLs: () => Promise.reject(new Error('not asked for')),
    });
    const instance = parseInstance(ctFile(0), limits);
    const header = { ...instance.header, transferSyntaxUid: '1.2.840.10008.1.2.4.70' };
    const decodeOne = () => decodeFrame(Buffer.from([0, 0]), header, failing);
    await assert.rejects(decodeOne(), (error: Error & { code?: string }) => {
      return error.code === 'decode-failed' && (error.cause as Error).message === 'out of memory';
    });
    for (let i = 0; i < 2; i += 1) assert.deepEqual([...(await decodeOne())], [1, 2, 3, 4, 5, 6]);
    assert.equal(opened, 2);
  });
});

describe('raw pixel data', () => {
  it('is read as it lies, at odd offsets too', async () => {
    const bytes = ctFile(0, 300);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    for (const view of [bytes, shifted.subarray(1)]) {
      assert.deepEqual([...(await decode(view))], [300, 301, 302, 303, 304, 305]);
    }
  });

  it('is refused where the bytes are not Rows x Columns x BitsAllocated', async () => {
    const file = ctFile(0);
    // 2 x 3 x 2 bytes by hand; the header claims 2000 x 2000 without any allocation of that size.
    const big = { rows: 2000, columns: 2000 };
    await assert.rejects(decode(file, big), {
      code: 'pixel-data-length',
      message: /8000000 bytes.*holds 12\b/,
    });
    await assert.rejects(decode(file.subarray(0, file.length - 2)), { code: 'pixel-data-length' });
    const { pixelData: _, ...none } = parseInstance(file, limits);
    assert.throws(() => pixelFrames(none), { code: 'pixel-data-length' });
  });

  it('of 8 bits is widened', async () => {
    const bytes = ctFile(0, 0, [
      ['00280100', 'US', [8]],
      ['00280101', 'US', [8]],
      ['00280102', 'US', [7]],
      ['7FE00010', 'OB', new Uint8Array([0, 1, 2, 253, 254, 255])],
    ]);
    assert.deepEqual([...(await decode(bytes))], [0, 1, 2, 253, 254, 255]);
  });

  it('that is no grey single frame is refused', async () => {
    const changes = [
      { samplesPerPixel: 3 },
      { photometricInterpretation: 'RGB' },
      { bitsAllocated: 32 },
      { highBit: 15 },
      { rows: 0 },
    ];
    for (const change of changes) {
      await assert.rejects(decode(ctFile(0), change), { code: 'pixel-data-unsupported' });
    }
  });
});
