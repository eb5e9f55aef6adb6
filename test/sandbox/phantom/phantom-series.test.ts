import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import openCharLs from '@cornerstonejs/codec-charls/decodewasmjs';
import dicomParser from 'dicom-parser';
import { axialImages, coarserVolume, localizerImages } from '../../../src/sandbox/phantom/phantom-images.ts';
import { phantomUid } from '../../../src/sandbox/phantom/phantom-uid.ts';
import { openJpegLsPixels, rawPixels } from '../../../src/sandbox/phantom/pixel-encoders.ts';
import { phantomInstance, writePhantomSeries } from '../../../src/sandbox/phantom/write-phantom-series.ts';
import { writePhantomStudy } from '../../support/phantom-study.ts';

// Read back with dicom-parser and the CharLS decoder. The same files were read with pydicom, and checked
// with dciodvfy, when this was written.

const volume = {
  hu: Int16Array.from({ length: 4 * 6 * 8 }, (_, i) => ((i * 37) % 4096) - 1024),
  shape: [4, 6, 8],
  spacingMm: [2, 1.5, 1.25],
  originMm: [-10, -20, 30],
} as const;

const study = {
  patient: { name: 'A^B', id: 'P1', issuer: 'X', birthDate: '19700101', sex: 'O', age: '056Y' },
  studyInstanceUid: phantomUid('a study'),
  frameOfReferenceUid: phantomUid('a frame'),
  date: '20260102',
  time: '030405',
  timezone: '+0100',
  accessionNumber: 'A1',
  description: 'PHANTOM',
} as const;
const header = {
  seriesInstanceUid: phantomUid('a series'),
  number: 4,
  description: 'PHANTOM',
  kind: 'AXIAL',
  convolutionKernel: 'LUNG',
  sliceThicknessMm: 2,
} as const;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lobar-phantom-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('a phantom series', () => {
  test('holds the HU and the place of every slice, raw', async () => {
    const files = await writePhantomSeries(
      join(folder, 'raw'),
      { study, header, images: axialImages(volume) },
      rawPixels,
    );
    assert.equal(files.length, 4);
    const bytes = await readFile(files[2] as string);
    const dataset = dicomParser.parseDicom(bytes);
    assert.equal(dataset.string('x00020010'), '1.2.840.10008.1.2.1');
    assert.equal(dataset.string('x00020003'), dataset.string('x00080018'));
    assert.equal(dataset.string('x00200032'), '-10\\-20\\34');
    assert.equal(dataset.string('x00280030'), '1.5\\1.25');
    assert.deepEqual([dataset.uint16('x00280010'), dataset.uint16('x00280011')], [6, 8]);
    const pixels = dataset.elements['x7fe00010'];
    assert.ok(pixels !== undefined && pixels.length === 96);
    const stored = new Uint16Array(bytes.buffer.slice(bytes.byteOffset + pixels.dataOffset).slice(0, 96));
    assert.deepEqual(
      Array.from(stored, (value) => value + Number(dataset.string('x00281052'))),
      Array.from(volume.hu.subarray(96, 144)),
    );
  });

  test('holds them in JPEG-LS too, without loss', async () => {
    const image = axialImages(volume)[1];
    assert.ok(image);
    const bytes = phantomInstance({ study, header }, image, 1, await openJpegLsPixels());
    const dataset = dicomParser.parseDicom(bytes);
    assert.equal(dataset.string('x00020010'), '1.2.840.10008.1.2.4.80');
    const fragment = dataset.elements['x7fe00010']?.fragments?.[0];
    assert.ok(fragment);
    const charLs = await openCharLs({ print() {}, printErr() {} });
    const decoder = new charLs.JpegLSDecoder();
    const stream = bytes.subarray(fragment.position, fragment.position + fragment.length);
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const stored = new Uint16Array(Uint8Array.from(decoder.getDecodedBuffer()).buffer);
    assert.deepEqual(
      Array.from(stored, (value) => value - 1024),
      Array.from(volume.hu.subarray(48, 96)),
    );
  });

  test('in thicker slices is the mean of the thin ones, in their middle', () => {
    const thick = coarserVolume(volume, [2, 2, 2]);
    assert.deepEqual([...thick.shape], [2, 3, 4]);
    assert.deepEqual([...thick.spacingMm], [4, 3, 2.5]);
    assert.deepEqual([...thick.originMm], [-9.375, -19.25, 31]);
    const voxels = [0, 1, 8, 9, 48, 49, 56, 57].map((i) => volume.hu[i] as number);
    assert.equal(thick.hu[0], Math.round(voxels.reduce((a, b) => a + b, 0) / 8));
  });

  test('has localizers whose rows go down from the head', () => {
    const [front, side] = localizerImages(volume);
    assert.ok(front && side);
    assert.deepEqual([front.rows, front.columns, side.rows, side.columns], [4, 8, 4, 6]);
    assert.deepEqual([...front.position], [-10, -16.25, 36]);
    assert.deepEqual([...front.orientation], [1, 0, 0, 0, 0, -1]);
    assert.deepEqual([...side.orientation], [0, 1, 0, 0, 0, -1]);
    const top = [0, 1, 2, 3, 4, 5].map((y) => volume.hu[3 * 48 + y * 8] as number);
    assert.equal(front.hu[0], Math.round(top.reduce((a, b) => a + b, 0) / 6));
  });
});

test('UIDs are UUIDs behind 2.25: at most 44 characters, of version 8', () => {
  const uid = phantomUid('anything');
  assert.equal(uid, phantomUid('anything'));
  assert.notEqual(uid, phantomUid('anything else'));
  assert.match(uid, /^2\.25\.[1-9]\d{0,38}$/);
  const hex = BigInt(uid.slice(5)).toString(16).padStart(32, '0');
  assert.equal(hex[12], '8');
  assert.match(hex[16] ?? '', /[89ab]/);
});

describe('the phantom study for tests', () => {
  test('is an eligible series by default', async () => {
    const { files, study: written, truth } = await writePhantomStudy(join(folder, 'eligible'));
    assert.equal(files.length, 60);
    const heights = await Promise.all(
      [0, 59].map(async (i) => {
        const dataset = dicomParser.parseDicom(await readFile(files[i] as string));
        assert.equal(dataset.string('x00100020'), written.patient.id);
        return Number(dataset.string('x00200032')?.split('\\')[2]);
      }),
    );
    assert.equal((heights[1] as number) - (heights[0] as number), 177);
    assert.ok(truth.lungMl > 2000);
  });

  test('can be spoilt: tags changed or left out, slices dropped', async () => {
    const { files } = await writePhantomStudy(join(folder, 'spoilt'), {
      slices: 6,
      matrix: 64,
      drop: [2],
      omit: ['00100020'],
      replace: [{ tag: '00180050', vr: 'DS', value: '5' }],
      patient: { name: 'OTHER^NAME' },
    });
    assert.equal(files.length, 5);
    const dataset = dicomParser.parseDicom(await readFile(files[0] as string));
    assert.equal(dataset.elements['x00100020'], undefined);
    assert.equal(dataset.string('x00180050'), '5');
    assert.equal(dataset.string('x00100010'), 'OTHER^NAME');
  });
});
