import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { chooseSeries } from '../../src/analysis/choose-series.ts';
import { retrieve } from '../../src/analysis/retrieve.ts';
import { uploadSource } from '../../src/analysis/upload-source.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import type { Notice } from '../../src/errors.ts';
import { type DicomElement, dicomFile } from '../support/dicom-writer.ts';
import {
  type CopiedSlice,
  realChest,
  realElements,
  realHounsfield,
  realPixelMm,
  realPosition,
  realShape,
  realWords,
} from '../support/real-slices.ts';
import { sharedDataMissing } from '../support/shared-data.ts';
import { limits, rules } from './support/ct-file.ts';

type Files = readonly Uint8Array<ArrayBuffer>[];
type Words = Uint16Array;

const { columns, rows, slices } = realShape;
const codesOf = (notices: readonly Notice[]) => notices.map(({ code }) => code);

/**
 * Expected volumes: ct-64.nrrd, which another tool wrote of the same scan. That the turned copies are the same
 * scan was checked by pydicom and numpy: the HU at each pixel's position by PS3.3 C.7.6.2.1-1 are those of the
 * NRRD at that position.
 */
describe('a real chest', { skip: sharedDataMissing }, () => {
  const decodePool = openDecodePool({ threads: 1 });
  after(() => decodePool.close());

  async function choose(files: Files) {
    const source = await uploadSource(arriving(files), limits);
    const signal = new AbortController().signal;
    return { source, choice: await chooseSeries(source, { force: false }, rules, signal) };
  }
  async function ingest(files: Files) {
    const { source, choice } = await choose(files);
    assert.equal(choice.kind, 'chosen', JSON.stringify(choice));
    const signal = new AbortController().signal;
    const ingested = await retrieve(source, choice, {
      decodePool,
      limits,
      force: false,
      signal,
      onProgress: () => {},
    });
    return { choice, ...ingested, codes: codesOf([...choice.warnings, ...ingested.warnings]) };
  }
  /** Codes of every series and stack of a study in which nothing is eligible. */
  async function refusals(files: Files) {
    const { choice } = await choose(files);
    assert.equal(choice.kind, 'ineligible');
    return choice.reasons.map(({ reasons }) => codesOf(reasons));
  }
  const assertIsChest = (data: Int16Array, expected: Int16Array = realHounsfield()) => {
    assert.equal(data.length, expected.length);
    assert.equal(
      data.findIndex((hu, voxel) => hu !== expected[voxel]),
      -1,
      'first voxel that differs',
    );
  };

  describe('becomes the same volume', () => {
    it('in whatever order the slices come and are numbered', async () => {
      const files = realChest((k) => ({ changes: { '00200013': String((k * 31) % slices) } }));
      const shuffled = files.map((_, k) => files[(k * 31) % slices] as Uint8Array<ArrayBuffer>);
      const { volume, codes } = await ingest(shuffled);
      assertIsChest(volume.data);
      assert.deepEqual(volume.shape, [slices, rows, columns]);
      assert.deepEqual(volume.spacingMm, [2.5, realPixelMm, realPixelMm]);
      assert.deepEqual(codes, []);
    });

    // Each names the patient axes of row and column, and which real pixel stands at (row, column).
    const far = 63 * realPixelMm;
    const turned = {
      'with its rows reversed': ['-1\\0\\0\\0\\1\\0', [far, 0], (r: number, c: number) => r * 64 + 63 - c],
      'with its columns reversed': [
        '1\\0\\0\\0\\-1\\0',
        [0, far],
        (r: number, c: number) => (63 - r) * 64 + c,
      ],
      'turned half round': [
        '-1\\0\\0\\0\\-1\\0',
        [far, far],
        (r: number, c: number) => (63 - r) * 64 + 63 - c,
      ],
      transposed: ['0\\1\\0\\1\\0\\0', [0, 0], (r: number, c: number) => c * 64 + r],
      'turned a quarter': ['0\\-1\\0\\1\\0\\0', [0, far], (r: number, c: number) => (63 - c) * 64 + r],
    } as const;
    for (const [how, [orientation, [dx, dy], from]] of Object.entries(turned)) {
      it(`from images ${how}`, async () => {
        const { volume } = await ingest(
          realChest((k) => {
            const [x, y, z] = realPosition(k);
            return {
              changes: { '00200037': orientation, '00200032': `${x + dx}\\${y + dy}\\${z}` },
              words: permuted(realWords(k), from),
            };
          }),
        );
        assertIsChest(volume.data);
        volume.originMm.forEach((mm, axis) => {
          assert.ok(Math.abs(mm - (realPosition(0)[axis] ?? 0)) < 1e-6, `origin ${volume.originMm}`);
        });
      });
    }

    it('from images of 48 columns and 64 rows, upright and transposed', async () => {
      const expected = realHounsfield().filter((_, voxel) => voxel % 64 < 48);
      const upright = realChest((k) => ({
        changes: { '00280011': [48] },
        words: realWords(k).filter((_, pixel) => pixel % 64 < 48),
      }));
      const lying = realChest((k) => ({
        changes: { '00280010': [48], '00200037': '0\\1\\0\\1\\0\\0' },
        words: permuted(realWords(k), (r, c) => c * 64 + r).slice(0, 48 * 64),
      }));
      for (const files of [upright, lying]) {
        const { volume } = await ingest(files);
        assert.deepEqual(volume.shape, [slices, 64, 48]);
        assertIsChest(volume.data, expected);
      }
    });

    it('from oblique images, with their exact direction', async () => {
      const { volume } = await ingest(realChest(oblique(10)));
      assertIsChest(volume.data);
      // The normal of rows (1, 0, 0) and columns (0, cos 10, sin 10) is (0, -sin 10, cos 10).
      assert.ok(Math.abs(volume.direction.z[1] + Math.sin(Math.PI / 18)) < 1e-6);
      assert.ok(volume.direction.z[2] > 0.98);
    });

    it('where each slice has its own rescale', async () => {
      const files = realChest((k) => ({
        changes: { '00281052': String(-8 * k), '00281053': k % 2 === 0 ? '1' : '0.5' },
        words: realWords(k).map((word) => (signed(word) + 8 * k) * (k % 2 === 0 ? 1 : 2)),
      }));
      assertIsChest((await ingest(files)).volume.data);
    });

    it('from unsigned values of 12 bits with garbage above them', async () => {
      const clipped = realHounsfield().map((hu) => Math.max(-1024, Math.min(3071, hu)));
      const files = realChest((k) => ({
        changes: {
          '00280101': [12],
          '00280102': [11],
          '00280103': [0],
          '00281052': '-1024',
        },
        words: realWords(k).map(
          (word) => (Math.min(4095, Math.max(0, signed(word) + 1024)) & 0xfff) | 0xa000,
        ),
      }));
      assertIsChest((await ingest(files)).volume.data, clipped);
    });

    it('with air where images are padded, by one value or a range', async () => {
      const isCorner = (pixel: number) => pixel % 64 < 4 && pixel < 4 * 64;
      const expected = realHounsfield().map((hu, voxel) => (isCorner(voxel % 4096) ? -1024 : hu));
      const padded = (k: number, limit?: readonly number[]): CopiedSlice => ({
        changes: { '00280120': [-2000], ...(limit && { '00280121': limit }) },
        words: realWords(k).map((word, pixel) =>
          isCorner(pixel) ? -2000 + (limit === undefined ? 0 : pixel % 8) : word,
        ),
      });
      assertIsChest((await ingest(realChest((k) => padded(k)))).volume.data, expected);
      assertIsChest((await ingest(realChest((k) => padded(k, [-1990])))).volume.data, expected);
    });

    it('without the copies that lie at one position, with a warning', async () => {
      const other = realChest((k) => ({ changes: { '00080018': `2.25.2000${k}` } }));
      for (const files of [
        [...realChest(), ...realChest()],
        [...realChest(), ...realChest().slice(0, 5)],
        [...realChest(), ...other.slice(0, 5)],
      ]) {
        const { volume, codes } = await ingest(files);
        assertIsChest(volume.data);
        assert.deepEqual(codes, ['duplicate-slices', 'duplicate-slices']);
      }
    });

    it('from one enhanced object of a frame a slice, in any order', async () => {
      const order = Array.from({ length: slices }, (_, i) => (i * 31) % slices);
      const { volume } = await ingest([enhanced(order)]);
      assertIsChest(volume.data);
    });
  });

  describe('is taken out of a series that is no one volume', () => {
    /** Another image at the same place: 100 HU brighter. */
    const second = (changes: CopiedSlice['changes']) =>
      realChest((k) => ({
        changes: { '00080018': `2.25.2000${k}`, ...changes },
        words: realWords(k).map((word) => signed(word) + 100),
      }));
    const first = (changes: CopiedSlice['changes']) => realChest(() => ({ changes: changes ?? {} }));
    const interleaved = (a: Files, b: Files) => a.flatMap((file, k) => [b[k] ?? file, file]);

    const cases: Readonly<Record<string, readonly [a: Files, b: Files, chosen: string, other: string]>> =
      sharedDataMissing
        ? {}
        : {
            'two breath-holds': [
              first({ '00200012': '1' }),
              second({ '00200012': '2' }),
              'acquisition 1',
              'acquisition 2',
            ],
            'two breath-holds whose table positions are acquisitions of their own': [
              realChest((k) => ({ changes: { '00200012': String(k + 1) } })),
              realChest((k) => ({
                changes: { '00080018': `2.25.2000${k}`, '00200012': String(k + 80) },
                words: realWords(k).map((word) => signed(word) + 100),
              })),
              'acquisitions 1 to 79',
              'acquisitions 80 to 158',
            ],
            'two kernels': [
              first({ '00181210': 'B70f' }),
              second({ '00181210': 'B31f' }),
              'kernel B70f',
              'kernel B31f',
            ],
            'two reconstructions that only Image Type tells apart': [
              first({}),
              second({ '00080008': 'DERIVED\\SECONDARY\\AXIAL' }),
              'image type ORIGINAL\\PRIMARY\\AXIAL',
              'image type DERIVED\\SECONDARY\\AXIAL',
            ],
          };
    for (const [what, [a, b, chosen, other]] of Object.entries(cases)) {
      it(`of ${what}`, async () => {
        const { volume, choice, codes } = await ingest(interleaved(a, b));
        assertIsChest(volume.data);
        assert.deepEqual(choice.stack, { slices, distinguishedBy: chosen });
        assert.deepEqual(
          choice.others.map(({ uid, stack }) => [uid, stack?.distinguishedBy]),
          [[choice.uid, other]],
        );
        assert.deepEqual(codes, ['series-split']);
      });
    }

    const localizer: CopiedSlice = {
      changes: { '00080008': 'ORIGINAL\\PRIMARY\\LOCALIZER', '00200037': '1\\0\\0\\0\\0\\-1' },
    };
    const strangers: Readonly<Record<string, readonly [copy: CopiedSlice, name: string, code: string]>> = {
      localizers: [localizer, 'localizers', 'localizer'],
      'secondary captures': [
        { changes: { '00080016': '1.2.840.10008.5.1.4.1.1.7' } },
        'secondary captures',
        'secondary-capture',
      ],
      'images of another size': [
        { changes: { '00280010': [32] }, words: new Uint16Array(32 * 64) },
        '64 x 32',
        'too-few-slices',
      ],
      'images of another orientation': [
        { changes: { '00200037': '1\\0\\0\\0\\0\\-1' } },
        'orientation 1\\0\\0\\0\\0\\-1',
        'not-axial',
      ],
      'images of another pixel spacing': [
        { changes: { '00280030': '2\\2' } },
        'pixels of 2 x 2 mm',
        'too-few-slices',
      ],
      'images without position': [
        { changes: { '00200032': undefined } },
        'images without position',
        'no-geometry',
      ],
    };
    for (const [what, [copy, name, code]] of Object.entries(strangers)) {
      it(`of a chest and ${what}`, async () => {
        const strange = realChest((k) =>
          k < 3 ? { ...copy, changes: { '00080018': `2.25.3000${k}`, ...copy.changes } } : undefined,
        );
        const { volume, choice, codes } = await ingest([...strange, ...realChest()]);
        assertIsChest(volume.data);
        const [other] = choice.others;
        assert.equal(other?.stack?.distinguishedBy, name);
        assert.ok(codesOf(other?.reasons ?? []).includes(code), JSON.stringify(other));
        assert.deepEqual(codes, ['series-split']);
      });
    }

    it('but stays whole where each table position is an acquisition, one of them scanned twice', async () => {
      const again = realChest((k) =>
        k === 40 ? { changes: { '00080018': '2.25.3', '00200012': '99' } } : undefined,
      );
      const { volume, choice } = await ingest([
        ...again,
        ...realChest((k) => ({ changes: { '00200012': String(k + 1) } })),
      ]);
      assertIsChest(volume.data);
      assert.equal(choice.others.length, 1);
      assert.equal(choice.others[0]?.stack?.slices, 1);
    });
  });

  describe('is refused', () => {
    const changed = (changes: CopiedSlice['changes']) => realChest(() => ({ changes: changes ?? {} }));
    const moved = (position: (k: number) => readonly [number, number, number]) =>
      realChest((k) => ({ changes: { '00200032': position(k).join('\\') } }));
    const cases: Readonly<Record<string, readonly [files: () => Files, codes: readonly string[]]>> = {
      'when a slice is missing': [() => realChest((k) => (k === 40 ? undefined : {})), ['missing-slices']],
      'when it is unevenly spaced': [
        () => moved((k) => [-128, -264, k * 2.5 + (k > 40 ? 0.4 : 0)]),
        ['missing-slices'],
      ],
      // atan(0.08) = 4.6 degrees.
      'when the gantry was tilted': [() => moved((k) => [-128, -264 + 0.2 * k, k * 2.5]), ['gantry-tilt']],
      'when the header says that it was tilted': [() => changed({ '00181120': '18.5' }), ['gantry-tilt']],
      'when it is 20 degrees from axial': [() => realChest(oblique(20)), ['not-axial']],
      'in colour': [() => changed({ '00280002': [3], '00280004': 'RGB' }), ['pixel-data-unsupported']],
      'with 32 bits a pixel': [() => changed({ '00280100': [32] }), ['pixel-data-unsupported']],
      'without a rescale': [() => changed({ '00281052': undefined, '00281053': undefined }), ['no-rescale']],
      'in other units than HU': [() => changed({ '00281054': 'Z_EFF' }), ['not-hounsfield']],
      'in slices of 5 mm': [() => changed({ '00180050': '5' }), ['slice-too-thick']],
      'when it is too short': [() => realChest((k) => (k < 55 ? {} : undefined)), ['too-short']],
      'when it is the chest of a child': [() => changed({ '00101010': '017Y' }), ['minor']],
      'when it names no study': [() => changed({ '0020000D': '' }), ['no-identity']],
      'when it names another body part': [
        () => changed({ '00180015': 'HEAD', '0008103E': 'head' }),
        ['not-chest'],
      ],
      'as an enhanced object that does not say where its frames lie': [
        () => [enhanced([0, 1, 2], false)],
        ['multi-frame'],
      ],
    };
    for (const [when, [files, codes]] of Object.entries(cases)) {
      it(when, async () => {
        assert.deepEqual(await refusals(files()), [codes]);
      });
    }
  });

  it('of unknown age is analysed with a warning', async () => {
    const files = realChest(() => ({ changes: { '00100030': undefined } }));
    assert.deepEqual((await ingest(files)).codes, ['unknown-age']);
  });

  it('gives way to another series where its transfer syntax is not read, before any pixel is fetched', async () => {
    const unread = realChest((k) => ({
      transferSyntaxUid: '1.2.840.10008.1.2.4.53',
      changes: { '00080018': `2.25.2000${k}`, '0020000E': '2.25.12', '00181210': 'LUNG' },
    }));
    const { volume, choice } = await ingest([...unread, ...realChest()]);
    assertIsChest(volume.data);
    assert.equal(choice.because.code, 'only-eligible');
    assert.deepEqual(
      choice.others.map(({ reasons }) => codesOf(reasons)),
      [['transfer-syntax-unsupported']],
    );
  });

  it('that was computed from others gives way to the original', async () => {
    const derived = realChest((k) => ({
      changes: {
        '00080018': `2.25.2000${k}`,
        '0020000E': '2.25.12',
        '00080008': 'DERIVED\\SECONDARY\\AXIAL\\MPR',
        '00181210': 'LUNG',
      },
    }));
    const { choice } = await ingest([...derived, ...realChest()]);
    assert.deepEqual(
      choice.others.map(({ reasons }) => codesOf(reasons)),
      [['derived']],
    );
  });
});

async function* arriving(files: Files): AsyncGenerator<Uint8Array> {
  // Copies: decoding takes the memory of what it is given.
  for (const file of files) yield file.slice();
}

function signed(word: number): number {
  return (word << 16) >> 16;
}

/** The image whose pixel at (row, column) is the one at index `from(row, column)` of the given image. */
function permuted(words: Words, from: (row: number, column: number) => number): Words {
  return words.map((_, pixel) => words[from(Math.floor(pixel / 64), pixel % 64)] ?? 0);
}

/** Slices 2.5 mm apart along their normal, which leans from the head-foot axis. */
function oblique(degrees: number): (k: number) => CopiedSlice {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (k) => ({
    changes: {
      '00200037': `1\\0\\0\\0\\${c.toFixed(9)}\\${s.toFixed(9)}`,
      '00200032': `-128.414\\${(-264.414 - s * k * 2.5).toFixed(6)}\\${(c * k * 2.5).toFixed(6)}`,
    },
  });
}

/** One enhanced CT object (PS3.3 A.38) of these slices; its groups are those of C.7.6.16.2 that Lobar reads. */
function enhanced(order: readonly number[], withPositions = true): Uint8Array<ArrayBuffer> {
  const inGroups = new Set([
    '00200032',
    '00200037',
    '00280030',
    '00180050',
    '00281052',
    '00281053',
    '7FE00010',
  ]);
  const own = realElements(0).filter(
    ([tag]) => !inGroups.has(tag) && !['00080016', '00280008'].includes(tag),
  );
  const groupOf = (tag: string, ...elements: DicomElement[]): DicomElement => [tag, 'SQ', [elements]];
  const shared: DicomElement[] = [
    groupOf('00209116', ['00200037', 'DS', '1\\0\\0\\0\\1\\0']),
    groupOf('00289110', ['00180050', 'DS', '2.5'], ['00280030', 'DS', `${realPixelMm}\\${realPixelMm}`]),
    groupOf('00289145', ['00281052', 'DS', '0'], ['00281053', 'DS', '1'], ['00281054', 'LO', 'HU']),
  ];
  const frames = order.map((k) => [groupOf('00209113', ['00200032', 'DS', realPosition(k).join('\\')])]);
  const pixels = Buffer.concat(order.map((k) => Buffer.from(realWords(k).buffer)));
  return dicomFile([
    ...own,
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2.1'],
    ['00280008', 'IS', String(order.length)],
    ...(withPositions
      ? ([
          ['52009229', 'SQ', [shared]],
          ['52009230', 'SQ', frames],
        ] as const)
      : []),
    ['7FE00010', 'OW', new Uint8Array(pixels)],
  ]);
}
