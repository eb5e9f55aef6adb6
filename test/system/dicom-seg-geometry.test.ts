/** Where the voxels of a segmentation lie, by pydicom and the geometry of the standard, which knows nothing of our code. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DecodePool, openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ingestSeries } from '../../src/dicom/ingest-series.ts';
import { packSegments } from '../../src/dicom/objects/seg/pack-segments.ts';
import { segmentationObject } from '../../src/dicom/objects/seg/segmentation-object.ts';
import type { LabelMap, Vec3 } from '../../src/volume/types.ts';
import { exampleFacts } from '../dicom/objects/support/example-facts.ts';
import { ctFile, limits } from '../dicom/support/ct-file.ts';
import { peersMissing, runPeer } from '../support/orthanc/system-peers.ts';
import { labelsOf } from '../support/small-volume.ts';

const script = join(import.meta.dirname, 'dicom-objects', 'read-seg.py');

/** A ball of 0 HU in air, mm (LPS). */
const lesion = { centre: [37, -21, 118] as Vec3, radius: 11 };
const [rows, columns, slices] = [71, 83, 30];
const [rowMm, columnMm, sliceMm] = [1.3, 1.1, 2.35];
const degrees = Math.PI / 180;

interface Source {
  readonly row: Vec3;
  readonly column: Vec3;
  /** From head to feet. */
  readonly reversed?: boolean;
}
/** Tilted by 8 degrees from axial and turned by 12 in its plane. */
const oblique = (sign: 1 | -1): Source => {
  const [c, s] = [Math.cos(12 * degrees), Math.sin(12 * degrees)];
  const [ct, st] = [Math.cos(8 * degrees), Math.sin(8 * degrees)];
  return {
    row: [sign * c, sign * s * ct, sign * s * st],
    column: [-sign * s, sign * c * ct, sign * c * st],
    reversed: true,
  };
};
const sources: Readonly<Record<string, Source>> = {
  'as volumes are laid out': { row: [1, 0, 0], column: [0, 1, 0] },
  'oblique, from head to feet': oblique(1),
  'oblique, with rows and columns that run the other way': oblique(-1),
  'with rows that run to the back': { row: [0, 1, 0], column: [1, 0, 0] },
  'with rows that run to the right': { row: [-1, 0, 0], column: [0, 1, 0], reversed: true },
};

describe('A segmentation of images', { skip: peersMissing }, () => {
  let folder = '';
  let pool: DecodePool;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-seg-geometry-'));
    pool = openDecodePool({ threads: 1 });
  });
  after(async () => {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [name, source] of Object.entries(sources)) {
    it(`${name} lies where they do, voxel by voxel`, async () => {
      const images = ctImages(source);
      const at = join(folder, name.replaceAll(' ', '-'));
      await mkdir(join(at, 'images'), { recursive: true });
      for (const [index, image] of images.entries()) {
        await writeFile(join(at, 'images', `${index}.dcm`), image);
      }
      const { signal } = new AbortController();
      const { volume, headers, context } = await ingestSeries(each(images), { pool, limits, signal });
      const { data, ...grid } = volume;
      const opacities: LabelMap = {
        data: Uint8Array.from(data, (hu) => Number(hu > -400)),
        shape: grid.shape,
      };
      const lobes = labelsOf(grid.shape, (z, y, x) => (y < 5 || x < 3 ? 0 : 1 + ((z + (x >> 3)) % 5)));
      const facts = { ...exampleFacts, context, grid, sources: headers };
      const { bytes } = segmentationObject(facts, packSegments(lobes, opacities));
      const file = (name: string) => join(at, name);
      await writeFile(file('seg.dcm'), bytes);
      await writeFile(file('lobes'), lobes.data);
      await writeFile(file('opacities'), opacities.data);

      const args = [script, file('seg.dcm'), file('images'), file('lobes'), file('opacities')];
      const read = JSON.parse(await runPeer('python', args));
      assert.equal(read.different, 0, 'every voxel is that of the masks');
      assert.equal(read.wrongHu, 0, 'the opacities are where the images have them');
      // Decimal texts of 16 characters.
      assert.ok(read.furthestPixel < 1e-6, `${read.furthestPixel} pixels off`);
      assert.equal(read.emptyFrames, 0);
      const centre: Vec3 = read.centresMm[5];
      assert.ok(Math.hypot(...centre.map((mm, axis) => mm - (lesion.centre[axis] ?? 0))) < 0.2, `${centre}`);
      const voxelMl = (rowMm * columnMm * sliceMm) / 1000;
      const ballMl = ((4 / 3) * Math.PI * lesion.radius ** 3) / 1000;
      assert.ok(Math.abs(read.voxels[5] * voxelMl - ballMl) < 0.05 * ballMl);
      assertDimensions(read.dimensions, slices);
    });
  }
});

/** PS3.3 C.7.6.17: segments in order, and in each its positions, counted from 1. */
function assertDimensions(values: readonly (readonly [number, number])[], positions: number) {
  const sorted = values.toSorted(([a, b], [c, d]) => a - c || b - d);
  assert.deepEqual(values, sorted);
  assert.deepEqual([...new Set(values.map(([segment]) => segment))], [1, 2, 3, 4, 5, 6]);
  const seen = new Set(values.map(([, position]) => position));
  assert.deepEqual([Math.min(...seen), Math.max(...seen), seen.size], [1, positions, positions]);
}

/** CT images of the lesion; the stack is centred on a point beside it. */
function ctImages({ row, column, reversed = false }: Source): readonly Uint8Array[] {
  const across = cross(row, column);
  // To the head.
  const normal = across[2] < 0 ? scaled(across, -1) : across;
  const middle: Vec3 = [30, -15, 112];
  const images = Array.from({ length: slices }, (_, k) => {
    const along = [
      scaled(normal, (k - (slices - 1) / 2) * sliceMm),
      scaled(row, (-(columns - 1) / 2) * columnMm),
      scaled(column, (-(rows - 1) / 2) * rowMm),
    ];
    const position = along.reduce(plus, middle);
    return ctFile(0, 0, [
      ['00080018', 'UI', `2.25.${5000 + k}`],
      ['00200032', 'DS', position.map(text).join('\\')],
      ['00200037', 'DS', [...row, ...column].map(text).join('\\')],
      ['00200052', 'UI', '2.25.4999'],
      ['00280010', 'US', [rows]],
      ['00280011', 'US', [columns]],
      ['00280030', 'DS', `${rowMm}\\${columnMm}`],
      ['7FE00010', 'OW', storedAround(position, row, column)],
    ]);
  });
  return reversed ? images.reverse() : images;
}

function storedAround(position: Vec3, row: Vec3, column: Vec3): Uint8Array {
  const stored = Uint16Array.from({ length: rows * columns }, (_, pixel) => {
    const [i, j] = [pixel % columns, Math.floor(pixel / columns)];
    const place = [scaled(row, i * columnMm), scaled(column, j * rowMm)].reduce(plus, position);
    const away = Math.hypot(...place.map((mm, axis) => mm - (lesion.centre[axis] ?? 0)));
    return away <= lesion.radius ? 1024 : 224;
  });
  return new Uint8Array(stored.buffer);
}

async function* each(images: readonly Uint8Array[]) {
  for (const image of images) yield new Uint8Array(image);
}

const text = (value: number) => value.toFixed(10);
const plus = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const scaled = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
