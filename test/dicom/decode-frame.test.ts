import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decodeFrame, lazyCodecs } from '../../src/dicom/decode-frame.ts';
import { hounsfieldTable } from '../../src/dicom/hounsfield.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { readInstance } from '../../src/dicom/read-instance.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { codecFile, codeStream, decoded } from './support/codec-file.ts';
import { ctFile, limits } from './support/ct-file.ts';
import { damage } from './support/damage.ts';
import { sliceHeader } from './support/headers.ts';

const codecs = lazyCodecs();
const root = '1.2.840.10008.1.2';

/** The last 524288 bytes of the uncompressed file are its pixels; pydicom agrees. */
function rawPixels(): Int16Array {
  const folder = sharedData('transfer-syntaxes');
  const name = readdirSync(folder).find((candidate) => candidate.endsWith(`_${root}.1.dcm`));
  const bytes = readFileSync(`${folder}/${name}`).subarray(-524_288);
  return new Int16Array(Uint8Array.from(bytes).buffer);
}

async function hounsfield(uid: string): Promise<Int16Array> {
  const instance = await codecFile(uid);
  const table = hounsfieldTable(instance.header);
  return Int16Array.from(await decoded(instance, codecs), (word) => table[word] as number);
}

const lossless = {
  'implicit little endian': root,
  'explicit little endian': `${root}.1`,
  'deflated explicit little endian': `${root}.1.99`,
  'explicit big endian': `${root}.2`,
  'JPEG Lossless': `${root}.4.57`,
  'JPEG Lossless SV1': `${root}.4.70`,
  'JPEG-LS lossless': `${root}.4.80`,
  'JPEG 2000 lossless': `${root}.4.90`,
  'RLE lossless': `${root}.5`,
};

/** How far they may be off, in HU, by the README of the data. */
const lossy = {
  'JPEG Baseline': [`${root}.4.50`, 64],
  'JPEG Extended': [`${root}.4.51`, 36],
  'JPEG-LS near-lossless': [`${root}.4.81`, 1],
  'JPEG 2000': [`${root}.4.91`, 5],
} as const;

const compressed: readonly (readonly [name: string, uid: string])[] = [
  ...Object.entries(lossless).slice(4),
  ['JPEG Baseline', lossy['JPEG Baseline'][0]],
  ['JPEG Extended', lossy['JPEG Extended'][0]],
];

describe('the pixels of one real slice', { skip: sharedDataMissing }, () => {
  for (const [name, uid] of Object.entries(lossless)) {
    it(`come out bit by bit from ${name}`, async () => {
      assert.deepEqual(new Int16Array(await decoded(await codecFile(uid), codecs)), rawPixels());
    });
  }

  for (const [name, [uid, tolerance]] of Object.entries(lossy)) {
    it(`come out within ${tolerance} HU from ${name}`, async () => {
      const expected = await hounsfield(`${root}.1`);
      const worst = (await hounsfield(uid)).reduce(
        (most, hu, i) => Math.max(most, Math.abs(hu - (expected[i] as number))),
        0,
      );
      assert.ok(worst > 0 && worst <= tolerance, `${worst} HU`);
    });
  }

  for (const [last, name] of [
    ['4.53', 'JPEG Spectral Selection, Processes 6 and 8'],
    ['4.55', 'JPEG Full Progression, Processes 10 and 12'],
  ] as const) {
    it(`are refused by name in ${name}`, async () => {
      const instance = await codecFile(`${root}.${last}`);
      await assert.rejects(decoded(instance, codecs), (error: Error & { code?: string }) => {
        return error.code === 'transfer-syntax-unsupported' && error.message.includes(`${last} (${name})`);
      });
    });
  }
});

describe('the frames of real multi-frame CT', { skip: sharedDataMissing }, () => {
  it('come out of fragments without an offset table', async () => {
    const path = sharedData('transfer-syntaxes', 'CT0012.fragmented_no_bot_jpeg_baseline.51.dcm');
    const { bytes, header, pixelData } = await readInstance(readFileSync(path), limits);
    assert.ok(pixelData);
    // Means of the two frames as GDCM 3 decodes them, and five pixels, which pydicom 3 gives too.
    const means = [1407.62506485, 1398.4584007];
    const pixels = [
      [2129, 2129, 2128, 2076, 2085],
      [2102, 2073, 2045, 2047, 2082],
    ];
    for (const frame of [0, 1]) {
      const words = await decoded({ bytes, header, frames: [], pixelData }, codecs, frame + 1);
      const mean = words.reduce((sum, word) => sum + word, 0) / words.length;
      assert.ok(Math.abs(mean - (means[frame] ?? 0)) < 0.001, `${mean}`);
      const places = [100 * 512 + 256, 200 * 512 + 150, 256 * 512 + 256, 300 * 512 + 350, 400 * 512 + 256];
      const found = places.map((place) => words[place]);
      assert.deepEqual(found, pixels[frame]);
    }
  });

  it('come out of native pixel data as pydicom reads them', async () => {
    const instance = await readInstance(readFileSync(sharedData('edge', 'eCT_Supplemental.dcm')), limits);
    assert.deepEqual(
      [sha256(await decoded(instance, codecs, 1)), sha256(await decoded(instance, codecs, 2))],
      [
        'fd4b6d58bc02947dc294d64777ec7ce13a64987050285aa17308995e88dcc77a',
        '7fc7db8ef4bee56cfeb0e39496cc0df03706489e3f6f149bc1da75f2ad3201a4',
      ],
    );
  });
});

function sha256(words: Uint16Array): string {
  return createHash('sha256').update(words).digest('hex');
}

describe('damaged compressed pixel data', { skip: sharedDataMissing }, () => {
  for (const [name, uid] of compressed) {
    for (const [what, change] of Object.entries(damage)) {
      it(`is refused: ${name} ${what}`, async () => {
        const { stream, header } = await codeStream(uid);
        await assert.rejects(decodeFrame(change(stream), header, lazyCodecs()), {
          code: 'decode-failed',
          details: { sopInstanceUid: header.sopInstanceUid },
        });
      });
    }

    it(`is refused wherever ${name} is cut off`, async () => {
      const { stream, header } = await codeStream(uid);
      // RLE has no end to look for: it is unpacked up to the cut, which takes its time.
      const step = uid === lossless['RLE lossless'] ? 1024 : 64;
      for (let length = 0; length < stream.length - 2; length += step) {
        const cut = stream.subarray(0, length);
        await assert.rejects(decodeFrame(cut, header, codecs), { code: 'decode-failed' }, `at ${length}`);
      }
    });

    it(`is refused where ${name} is of another size than the header says`, async () => {
      const { stream, header } = await codeStream(uid);
      const changes: readonly Partial<InstanceHeader>[] = [{ rows: 511 }, { columns: 513 }, { rows: 65_000 }];
      for (const change of changes) {
        const other = { ...header, ...change };
        await assert.rejects(decodeFrame(stream, other, codecs), { code: 'decode-failed' });
      }
    });
  }

  it('is refused where the code stream is of another kind than its transfer syntax', async () => {
    for (const [, own] of compressed) {
      const { stream, header } = await codeStream(own);
      for (const [, transferSyntaxUid] of [...compressed, ['HTJ2K', `${root}.4.201`] as const]) {
        if (familyOf(transferSyntaxUid) === familyOf(own)) continue;
        const other = { ...header, transferSyntaxUid };
        await assert.rejects(decodeFrame(stream, other, codecs), { code: 'decode-failed' });
      }
    }
  });
});

/** Lossless JPEG is read whichever of its two syntaxes it comes under, lossy JPEG too. */
function familyOf(uid: string): string {
  const families: Readonly<Record<string, string>> = { '4.50': '4.51', '4.57': '4.70' };
  const last = uid.slice(root.length + 1);
  return families[last] ?? last;
}

describe('a decoder that cannot be opened', () => {
  it('refuses the image, and is opened again for the next', async () => {
    let opened = 0;
    const unused = () => Promise.reject(new Error('not asked for'));
    const failing = lazyCodecs({
      'jpeg-dct': unused,
      'jpeg-lossless': async () => {
        opened += 1;
        if (opened === 1) throw new Error('out of memory');
        return () => Uint16Array.of(1, 2, 3, 4, 5, 6);
      },
      'jpeg-ls': unused,
      'jpeg-2000': unused,
      htj2k: unused,
    });
    const header = sliceHeader(0, { rows: 2, columns: 3, transferSyntaxUid: `${root}.4.70` });
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
      const words = await decoded(parseInstance(view, limits), codecs);
      assert.deepEqual([...words], [300, 301, 302, 303, 304, 305]);
    }
  });

  it('is refused where the bytes are not Rows x Columns x BitsAllocated', async () => {
    const instance = parseInstance(ctFile(0), limits);
    // 2 x 3 x 2 bytes by hand; the header claims 2000 x 2000 without any allocation of that size.
    const header = { ...instance.header, rows: 2000, columns: 2000 };
    await assert.rejects(decoded({ ...instance, header }, codecs), {
      code: 'pixel-data-length',
      message: /8000000 bytes.*holds 12\b/,
    });
  });

  it('of 8 bits is widened', async () => {
    const bytes = ctFile(0, 0, [
      ['00280100', 'US', [8]],
      ['00280101', 'US', [8]],
      ['00280102', 'US', [7]],
      ['7FE00010', 'OB', new Uint8Array([0, 1, 2, 253, 254, 255])],
    ]);
    assert.deepEqual([...(await decoded(parseInstance(bytes, limits), codecs))], [0, 1, 2, 253, 254, 255]);
  });

  it('that is no grey image of 8 or 16 bits is refused', async () => {
    const instance = parseInstance(ctFile(0), limits);
    const changes: readonly Partial<InstanceHeader>[] = [
      { samplesPerPixel: 3 },
      { photometricInterpretation: 'RGB' },
      { bitsAllocated: 32 },
      { highBit: 15 },
      { rows: 0 },
    ];
    for (const change of changes) {
      const header = { ...instance.header, ...change };
      await assert.rejects(decoded({ ...instance, header }, codecs), { code: 'pixel-data-unsupported' });
    }
  });
});
