import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  isEncapsulated,
  type PixelCoding,
  pixelCoding,
  transferSyntax,
} from '../../src/dicom/transfer-syntaxes.ts';

/** PS3.6 table A-1, by the last parts of the UID. */
const root = '1.2.840.10008.1.2';
const read: Readonly<Record<string, PixelCoding>> = {
  '': 'native',
  '.1': 'native',
  '.1.98': 'native',
  '.1.99': 'native',
  '.2': 'native',
  '.5': 'rle',
  '.4.50': 'jpeg-dct',
  '.4.51': 'jpeg-dct',
  '.4.57': 'jpeg-lossless',
  '.4.70': 'jpeg-lossless',
  '.4.80': 'jpeg-ls',
  '.4.81': 'jpeg-ls',
  '.4.90': 'jpeg-2000',
  '.4.91': 'jpeg-2000',
  '.4.201': 'htj2k',
  '.4.202': 'htj2k',
  '.4.203': 'htj2k',
};
const refused: Readonly<Record<string, string>> = {
  '.4.53': 'JPEG Spectral Selection, Processes 6 and 8',
  '.4.55': 'JPEG Full Progression, Processes 10 and 12',
  '.4.92': 'JPEG 2000 Part 2 Lossless',
  '.4.93': 'JPEG 2000 Part 2',
  '.4.94': 'JPIP Referenced',
  '.4.95': 'JPIP Referenced Deflate',
  '.4.100': 'MPEG2 Main Profile Main Level',
  '.4.101': 'MPEG2 Main Profile High Level',
  '.4.102': 'MPEG-4 AVC/H.264 High Profile Level 4.1',
  '.4.103': 'MPEG-4 AVC/H.264 BD-compatible High Profile Level 4.1',
  '.4.104': 'MPEG-4 AVC/H.264 High Profile Level 4.2 for 2D Video',
  '.4.105': 'MPEG-4 AVC/H.264 High Profile Level 4.2 for 3D Video',
  '.4.106': 'MPEG-4 AVC/H.264 Stereo High Profile Level 4.2',
  '.4.107': 'HEVC/H.265 Main Profile Level 5.1',
  '.4.108': 'HEVC/H.265 Main 10 Profile Level 5.1',
  '.4.110': 'JPEG XL Lossless',
  '.4.111': 'JPEG XL JPEG Recompression',
  '.4.112': 'JPEG XL',
  '.4.204': 'JPIP HTJ2K Referenced',
  '.4.205': 'JPIP HTJ2K Referenced Deflate',
  '.8.1': 'Deflated Image Frame Compression',
};

describe('a transfer syntax', () => {
  for (const [last, coding] of Object.entries(read)) {
    it(`is read as what it is: ${root}${last}, ${transferSyntax(root + last)?.name}`, () => {
      assert.equal(pixelCoding(root + last, {}), coding);
    });
  }

  for (const [last, name] of Object.entries(refused)) {
    it(`is refused by name: ${name}`, () => {
      const details = { sopInstanceUid: '2.25.7' };
      assert.throws(
        () => pixelCoding(root + last, details),
        (error: Error & { code?: string; details?: unknown }) =>
          error.code === 'transfer-syntax-unsupported' &&
          error.message.includes(`${root + last} (${name})`) &&
          error.details === details,
      );
    });
  }

  it('that is private, unknown or missing is refused: there is no default', () => {
    for (const uid of ['1.2.840.113619.5.2', '1.2.840.10008.1.2.4.999', '']) {
      assert.throws(() => pixelCoding(uid, {}), { message: /private or unknown/ });
    }
  });

  it('holds items where it is compressed, and where its name says so', () => {
    const native = Object.keys(read).filter((last) => !isEncapsulated(root + last));
    assert.deepEqual(native, ['', '.1', '.1.99', '.2']);
  });
});
