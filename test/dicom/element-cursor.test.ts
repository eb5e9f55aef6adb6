import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { type DicomElement, dicomFile } from '../support/dicom-writer.ts';
import { ctFile, limits } from './support/ct-file.ts';

const open = 0xffff_ffff;
const implicit = '1.2.840.10008.1.2';

/** Bytes of one element head: explicit with a 32-bit length, or implicit where there is no VR. */
function head(tag: number, vr: string, length: number): Buffer {
  const tagBytes = Buffer.alloc(4);
  tagBytes.writeUInt16LE(tag >>> 16, 0);
  tagBytes.writeUInt16LE(tag & 0xffff, 2);
  const lengthBytes = Buffer.alloc(4);
  lengthBytes.writeUInt32LE(length, 0);
  const vrBytes = vr === '' ? Buffer.alloc(0) : Buffer.concat([Buffer.from(vr, 'latin1'), Buffer.alloc(2)]);
  return Buffer.concat([tagBytes, vrBytes, lengthBytes]);
}

const item = (length: number) => head(0xfffee000, '', length);
const itemEnd = head(0xfffee00d, '', 0);
const sequenceEnd = head(0xfffee0dd, '', 0);

/** A CT image without pixel data, and with bytes behind its elements. */
function fileWith(...tail: readonly Uint8Array[]): Buffer {
  const elements: DicomElement[] = [
    ['00080018', 'UI', '2.25.1'],
    ['00080060', 'CS', 'CT'],
    ['00280008', 'IS', '2'],
  ];
  return Buffer.concat([dicomFile(elements), ...tail]);
}

/** An element of a position in explicit VR, and its value. */
function position(z: number): Buffer {
  const value = Buffer.from(`1\\2\\${z}`.padEnd(6));
  return Buffer.concat([Buffer.from([0x20, 0, 0x32, 0, 0x44, 0x53, value.length, 0]), value]);
}

const planePosition = (z: number) =>
  Buffer.concat([head(0x00209113, 'SQ', open), item(open), position(z), itemEnd, sequenceEnd]);

const code = (expected: string, message: RegExp) => ({ code: expected, message });

describe('the elements of an instance', () => {
  it('may be sequences and items of undefined length', () => {
    const bytes = fileWith(
      head(0x52009230, 'SQ', open),
      ...[8, 9].flatMap((z) => [item(open), planePosition(z), itemEnd]),
      sequenceEnd,
    );
    assert.deepEqual(
      parseInstance(bytes, limits).frames.map((h) => h.imagePositionPatient),
      [
        [1, 2, 8],
        [1, 2, 9],
      ],
    );
  });

  it('may be sequences of unknown VR, which are implicit little endian within (PS3.5 6.2.2)', () => {
    const value = Buffer.from('1\\2\\7 ');
    const plane = Buffer.concat([
      head(0x00209113, '', open),
      item(open),
      head(0x00200032, '', value.length),
      value,
      itemEnd,
      sequenceEnd,
    ]);
    const items = [item(plane.length), plane, item(open), plane, itemEnd];
    const length = items.reduce((sum, bytes) => sum + bytes.length, 0);
    for (const bytes of [
      fileWith(head(0x52009230, 'UN', open), ...items, sequenceEnd),
      fileWith(head(0x52009230, 'UN', length), ...items),
    ]) {
      assert.deepEqual(
        parseInstance(bytes, limits).frames.map((h) => h.imagePositionPatient),
        [
          [1, 2, 7],
          [1, 2, 7],
        ],
      );
    }
  });

  it('have 32-bit lengths where the VR is none of those with 16 bits (PS3.5 table 7.1-2)', () => {
    const offsets = new Uint8Array(16);
    const pixels = new Uint8Array(12);
    const bytes = fileWith(head(0x7fe00001, 'OV', 16), offsets, head(0x7fe00010, 'OW', 12), pixels);
    const { pixelData } = parseInstance(bytes, limits);
    const offset = bytes.length - 12;
    assert.deepEqual(pixelData, {
      offset,
      length: 12,
      vr: 'OW',
      extendedOffsets: { offset: offset - 12 - 16, length: 16 },
    });
  });

  it('may be followed by those of group 2 again, by which nothing was read', () => {
    const bigEndian = Buffer.from('1.2.840.10008.1.2.2\0');
    const stray = Buffer.concat([
      Buffer.from([0x02, 0, 0x10, 0, 0x55, 0x49, bigEndian.length, 0]),
      bigEndian,
    ]);
    const { header } = parseInstance(fileWith(stray, head(0x7fe00010, 'OW', 0)), limits);
    assert.equal(header.transferSyntaxUid, '1.2.840.10008.1.2.1');
  });

  it('may be private sequences with anything in them', () => {
    const nested = Buffer.concat([head(0x00091011, 'SQ', open), item(open), itemEnd, sequenceEnd]);
    const rubbish = Buffer.from('nothing like an item');
    const bytes = fileWith(
      head(0x00291010, 'SQ', open),
      ...[item(open), nested, itemEnd, sequenceEnd],
      head(0x00291020, 'SQ', rubbish.length),
      rubbish,
      head(0x7fe00010, 'OW', 0),
    );
    assert.notEqual(parseInstance(bytes, limits).pixelData, undefined);
  });

  it('are refused where sequences lie too deep in one another', () => {
    const level = Buffer.concat([head(0x00091011, 'SQ', open), item(open)]);
    const ends = Buffer.concat([itemEnd, sequenceEnd]);
    const nested = (depth: number) =>
      fileWith(Buffer.alloc(depth * level.length, level), Buffer.alloc(depth * ends.length, ends));
    parseInstance(nested(16), limits);
    for (const depth of [17, 1000, 100_000]) {
      assert.throws(
        () => parseInstance(nested(depth).subarray(0, limits.headerBytes), limits),
        code('limit-exceeded', /limits\.sequenceDepth \(16 sequences\)/),
      );
    }
    assert.throws(
      () => parseInstance(nested(2), { ...limits, sequenceDepth: 1 }),
      code('limit-exceeded', /limits\.sequenceDepth/),
    );
  });

  it('are refused where those that are read lie too deep, of whatever length', () => {
    const nested = Buffer.concat([head(0x00209113, 'SQ', 8 + 14), item(14), position(1)]);
    const bytes = fileWith(
      head(0x52009230, 'SQ', 2 * (8 + nested.length)),
      ...[item(nested.length), nested, item(nested.length), nested],
    );
    assert.equal(parseInstance(bytes, limits).frames.length, 2);
    assert.throws(
      () => parseInstance(bytes, { ...limits, sequenceDepth: 1 }),
      code('limit-exceeded', /limits\.sequenceDepth/),
    );
  });

  const broken: Readonly<Record<string, readonly Uint8Array[]>> = {
    'a sequence without its end': [head(0x00091011, 'SQ', open), item(open), itemEnd],
    'an item without its end': [head(0x00091011, 'SQ', open), item(open), position(1)],
    'an item that ends with its sequence, and hides what follows': [
      head(0x00091011, 'SQ', open),
      item(open),
      sequenceEnd,
      position(1),
      itemEnd,
      sequenceEnd,
      head(0x7fe00010, 'OW', 0),
    ],
    'something else than items in a sequence': [head(0x00091011, 'SQ', open), position(1), sequenceEnd],
    'an item outside of a sequence': [item(0)],
    'an item longer than its sequence': [head(0x52009230, 'SQ', 10), item(8), new Uint8Array(40)],
    'an item longer than the object': [head(0x00091011, 'SQ', open), item(0xffff_fff0), itemEnd, sequenceEnd],
    'an element longer than its item': [
      head(0x52009230, 'SQ', 8 + 12),
      item(12),
      head(0x00209113, 'SQ', 50),
      new Uint8Array(60),
    ],
    'fragments without an end': [head(0x00091012, 'OB', open), item(4), new Uint8Array(4)],
  };
  for (const [what, tail] of Object.entries(broken)) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => parseInstance(fileWith(...tail), limits), { code: 'dicom-invalid' });
    });
  }

  it('are refused where millions of groups stand for two frames', () => {
    const bytes = fileWith(
      head(0x52009230, 'SQ', open),
      Buffer.alloc(400_000 * 8, item(0)),
      sequenceEnd,
      head(0x7fe00010, 'OW', 0),
    );
    assert.throws(
      () => parseInstance(bytes, limits),
      code('dicom-invalid', /not as many as its NumberOfFrames/),
    );
  });

  it('are all that a refusal of a broken implicit object needs', () => {
    const bytes = dicomFile([], implicit);
    const cases = [head(0x00091011, '', open), head(0x00091011, '', 100), Buffer.from([8, 0, 0x18])];
    for (const tail of cases) {
      assert.throws(() => parseInstance(Buffer.concat([bytes, tail]), limits), { code: 'dicom-invalid' });
    }
  });

  it('of other modalities may be broken, once it is known what the object is', () => {
    const report = ctFile(0, 0, [['00080060', 'CS', 'SR']]);
    const cut = report.subarray(0, -30);
    assert.equal(parseInstance(cut, limits).header.modality, 'SR');
  });

  it('of other modalities may be larger than CT images are allowed to be', () => {
    const film = ctFile(0, 0, [
      ['00080060', 'CS', 'DX'],
      ['00280010', 'US', [4000]],
    ]);
    assert.equal(parseInstance(film, limits).header.rows, 4000);
  });
});
