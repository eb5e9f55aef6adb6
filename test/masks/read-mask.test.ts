import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { checkConfig } from '../../src/config.ts';
import { LobarError } from '../../src/errors.ts';
import type { Mask } from '../../src/masks/mask.ts';
import { placeMask, type VolumeGrid } from '../../src/masks/place-mask.ts';
import { parseMask, readMask } from '../../src/masks/read-mask.ts';
import type { Vec3 } from '../../src/volume/types.ts';
// Made by make-fixtures.py with the tools and versions that it names.
import { expectedGrid } from './expected-grid.ts';
import expected from './fixtures/expected.json' with { type: 'json' };
import { manyFrames } from './many-frames.ts';

const { limits } = checkConfig({});
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

const same = (label: number) => label;
const codeOf = async (work: Promise<unknown> | (() => unknown)) => {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    assert.ok(error instanceof LobarError, `${error}`);
    return error.code;
  }
  return undefined;
};

describe('a mask file', () => {
  for (const [name, grid] of [
    ['lps-gzip.nrrd', 'straight'],
    ['tilted-raw.nrrd', 'tilted'],
    ['ras-head-first.nrrd', 'straight'],
    ['tilted-simpleitk.nrrd', 'tilted'],
    ['sform.nii.gz', 'tilted'],
    ['qform-turned.nii.gz', 'tilted'],
    ['qform-mirrored-int64.nii', 'straight'],
    ['big-endian.nii.gz', 'straight'],
    ['binary.seg.dcm', 'tilted'],
    ['labelmap.seg.dcm', 'tilted'],
    ['fractional.seg.dcm', 'tilted'],
  ] as const) {
    it(`such as ${name} lies on the volume as its writer meant it`, async () => {
      const mask = await readMask(fixture(name), limits);
      assert.deepEqual([...placeMask(mask, expectedGrid(grid), same)], expected.labels);
    });
  }

  it('is told by its bytes, not by its name', async () => {
    assert.equal(await codeOf(readMask(fixture('expected.json'), limits)), 'mask-invalid');
    assert.equal(await codeOf(readMask(fixture('not-there.nrrd'), limits)), 'mask-invalid');
  });
});

describe('placing a mask', () => {
  let mask: Mask;
  before(async () => {
    mask = await readMask(fixture('lps-gzip.nrrd'), limits);
  });
  const grid = expectedGrid('straight');

  it('turns its labels into what is asked for', () => {
    const placed = placeMask(mask, grid, (label) => (label === 2 ? 7 : 0));
    assert.deepEqual(
      [...placed],
      expected.labels.map((label) => (label === 2 ? 7 : 0)),
    );
  });

  it('refuses another extent, spacing, direction or place, with both grids in the sentence', () => {
    for (const [change, text] of [
      [
        { shape: [4, 5, 7] },
        /another number of voxels: 6 x 5 x 4 voxels of 0\.7 x 0\.9 x 2\.5 mm, the series 7 x 5 x 4/,
      ],
      [{ spacingMm: [2.5, 0.9, 0.8] }, /another size or direction/],
      [{ direction: expectedGrid('tilted').direction }, /another size or direction/],
      [{ originMm: [-10, -20, -27.5] }, /somewhere else/],
      // Half a voxel is nobody's voxel.
      [
        { originMm: [-9.65, -20, -30] },
        /somewhere else: .*; first at \(-10, -20, -30\), the series first at \(-9\.65, -20, -30\)/,
      ],
    ] as const) {
      const other = { ...grid, ...change } as VolumeGrid;
      assert.throws(() => placeMask(mask, other, same), { code: 'mask-grid-mismatch', message: text });
    }
  });

  it('refuses steps that are a little off and end on whole voxels all the same', () => {
    // 101 x 101 voxels of 1 mm. 1 % shorter, the last voxel of a row lies on the one before it.
    const wide: VolumeGrid = { ...grid, shape: [1, 101, 101], spacingMm: [1, 1, 1], originMm: [0, 0, 0] };
    const placed = (i: Vec3, j: Vec3) => {
      const labels = new Uint8Array(101 * 101);
      const block = { labels: () => labels, size: [101, 101, 1], originMm: [0, 0, 0] } as const;
      return placeMask({ kind: 'volume', blocks: [{ ...block, step: { i, j, k: [0, 0, 1] } }] }, wide, same);
    };
    assert.equal(placed([1, 0, 0], [0, 1, 0]).length, 101 * 101);
    assert.throws(() => placed([0.99, 0, 0], [0, 1, 0]), { message: /somewhere else/ });
    assert.throws(() => placed([1, 0.01, 0], [0, 0.99, 0]), { message: /somewhere else/ });
  });

  it('forgives the rounding of decimals', () => {
    const placed = placeMask(mask, { ...grid, originMm: [-10.01, -20.02, -30.03] }, same);
    assert.deepEqual([...placed], expected.labels);
  });

  it('refuses planes beyond the volume, and overlapping segments that become different labels', async () => {
    const planes = await readMask(fixture('binary.seg.dcm'), limits);
    const tilted = expectedGrid('tilted');
    const [, height, width] = tilted.shape;
    const shorter = { ...tilted, shape: [3, height, width] } as VolumeGrid;
    assert.equal(await codeOf(() => placeMask(planes, shorter, same)), 'mask-grid-mismatch');
    const [first] = planes.blocks;
    assert.ok(first);
    const nines = first.labels().map((label) => (label === 0 ? 0 : 9));
    const again = { ...first, labels: () => nines };
    const twice: Mask = { kind: 'planes', blocks: [first, again] };
    assert.equal(await codeOf(() => placeMask(twice, tilted, same)), 'mask-invalid');
    assert.equal(await codeOf(() => placeMask(twice, tilted, () => 1)), undefined);
  });
});

describe('a hostile mask file', () => {
  const read = (bytes: Uint8Array, allowed = limits) => parseMask(bytes, allowed);
  const nrrd = (fields: Record<string, string>, data: Uint8Array = new Uint8Array(8)) => {
    const all = {
      type: 'uint8',
      dimension: '3',
      space: 'left-posterior-superior',
      sizes: '2 2 2',
      'space directions': '(1,0,0) (0,1,0) (0,0,1)',
      'space origin': '(0,0,0)',
      encoding: 'raw',
      ...fields,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return Buffer.concat([Buffer.from(`NRRD0004\n# made by hand\n${lines.join('\n')}\n\n`), data]);
  };

  it('is refused by the limit for the voxels that it declares, before they are made', async () => {
    assert.equal(await codeOf(read(nrrd({ sizes: '100000 100000 100000' }))), 'limit-exceeded');
    const small = { ...limits, bytesPerSeries: 100 };
    assert.equal(await codeOf(readMask(fixture('lps-gzip.nrrd'), small)), 'limit-exceeded');
  });

  it('is unpacked no further than what it declares', async () => {
    const bomb = nrrd({ encoding: 'gzip' }, gzipSync(new Uint8Array(2 ** 24)));
    await assert.rejects(read(bomb), { code: 'mask-invalid', message: /holds more than the 8 bytes/ });
    await assert.rejects(read(gzipSync(new Uint8Array(2 ** 24)), { ...limits, voxels: 1 }), {
      code: 'mask-invalid',
      message: /holds more than/,
    });
  });

  it('says what is wrong with it', async () => {
    for (const [fields, text] of [
      [{ sizes: '2 2 3' }, /declares 12 bytes of voxels but holds 8/],
      [{ sizes: '2 2 0' }, /its size is 2 x 2 x 0/],
      [{ sizes: '2 2 x' }, /its size is 2 x 2 x NaN/],
      [{ dimension: '4', sizes: '1 2 2 2' }, /not three-dimensional/],
      [{ type: 'block' }, /type 'block' cannot hold labels/],
      [{ type: 'float', sizes: '2 1 1', endian: 'little' }, undefined],
      [{ type: 'short', sizes: '2 2 1' }, /no field 'endian'/],
      [{ encoding: 'ascii' }, /encoding 'ascii' is not raw or gzip/],
      [{ encoding: 'gzip' }, /its gzip data is broken/],
      [{ space: 'scanner-xyz' }, /names no anatomical space/],
      // Names that every object of JavaScript has.
      [{ type: 'constructor' }, /type 'constructor' cannot hold labels/],
      [{ space: 'constructor' }, /names no anatomical space/],
      [{ 'space origin': '(,,)' }, /has the vector '\(,,\)'/],
      [{ 'space origin': '(0,0,x)' }, /has the vector '\(0,0,x\)'/],
      [{ 'space directions': '(1,0,0) (0,1,) (0,0,1)' }, /has the vector '\(0,1,\)'/],
      [{ 'space origin': 'none' }, /has the vector 'none'/],
      [{ 'space directions': 'none (1,0,0) (0,1,0)' }, /lacks 'space directions'/],
      [{ 'data file': 'other.raw' }, /lies in another file/],
      [{ 'byte skip': '-1' }, /'byte skip' is not 0/],
    ] as const) {
      if (text === undefined) await read(nrrd(fields));
      else await assert.rejects(read(nrrd(fields)), { code: 'mask-invalid', message: text });
    }
  });

  it('is quoted in part only, and without what would move the cursor of a terminal', async () => {
    const message = /type 'block\ufffd\[2J\ufffd{2}' cannot hold/;
    await assert.rejects(read(nrrd({ type: 'block\u001b[2J\0\0' })), { message });
    const long = read(nrrd({ type: 'x'.repeat(100_000) }));
    await assert.rejects(long, (error: Error) => error.message.length < 500);
  });

  it('holds no value that is no label', async () => {
    const floats = Buffer.alloc(8);
    floats.writeFloatLE(0.5, 0);
    const fields = { type: 'float', sizes: '2 1 1', endian: 'little' };
    await assert.rejects(read(nrrd(fields, floats)), { message: /holds the value 0\.5/ });
    floats.writeFloatLE(-1, 0);
    await assert.rejects(read(nrrd(fields, floats)), { message: /holds the value -1/ });
  });

  it('is not inflated where it is deflated DICOM, which could become anything', async () => {
    const meta = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM\x02\x00\x10\x00UI\x16\x001.2.840.10008.1.2.1.99', 'latin1'),
    ]);
    const bomb = Buffer.concat([meta, deflateRawSync(new Uint8Array(2 ** 24))]);
    assert.equal(await codeOf(read(bomb)), 'transfer-syntax-unsupported');
  });

  it('is refused where nothing is the most that a fraction can be: all of it would be present', async () => {
    const bytes = await readFile(fixture('fractional.seg.dcm'));
    const at = bytes.indexOf(Buffer.from('\x62\x00\x0e\x00US\x02\x00', 'latin1'));
    assert.ok(at > 0);
    bytes.writeUInt16LE(0, at + 8);
    await assert.rejects(read(bytes), { code: 'mask-invalid', message: /maximum fractional value is 0/ });
  });

  it('takes no more memory than the file while it is read, though a bit of it becomes two bytes', async () => {
    const bytes = manyFrames(64, 512);
    const before = process.memoryUsage().arrayBuffers;
    const { blocks } = await read(bytes);
    // All planes at once would be 64 x 512 x 512 x 2 bytes, 32 MiB.
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 * bytes.length);
    assert.equal(blocks.length, 64);
    const last = blocks.at(-1)?.labels();
    assert.deepEqual([last?.length, last?.[0], last?.[1], last?.at(-1)], [512 * 512, 3, 0, 3]);
  });

  it('fails by a code and quickly, whatever byte of it is wrong and wherever it ends', async () => {
    const codes = new Set<string | undefined>();
    for (const name of ['tilted-raw.nrrd', 'qform-mirrored-int64.nii', 'binary.seg.dcm']) {
      const bytes = await readFile(fixture(name));
      for (let at = 0; at < bytes.length; at += 3) {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ 0xff;
        codes.add(await codeOf(read(spoilt).then((mask) => placeMask(mask, expectedGrid('tilted'), same))));
        codes.add(await codeOf(read(bytes.subarray(0, at))));
      }
    }
    const known = ['mask-invalid', 'mask-grid-mismatch', 'limit-exceeded', 'transfer-syntax-unsupported'];
    assert.deepEqual(
      [...codes].filter((code) => code !== undefined && !known.includes(code)),
      [],
    );
    assert.ok(codes.has('mask-invalid') && codes.has('mask-grid-mismatch'));
  });
});
