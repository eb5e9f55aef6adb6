import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import PDFDocument from 'pdfkit';
import { encodePng } from '../../src/report/encode-png.ts';
import { openPng } from '../../src/report/pdf/png-image.ts';

const png = encodePng({ width: 1, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
const open = (file: Uint8Array) => openPng(new PDFDocument(), file);
const bytes = Buffer.from(png);

describe('a picture that is opened for a PDF', () => {
  it('is drawn with the pixels as they are packed in its file', () => {
    const { imgData } = open(png) as Buffer & { readonly imgData: Uint8Array };
    const at = bytes.indexOf('IDAT');
    assert.deepEqual(Buffer.from(imgData), bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  });

  it('is refused where its pixels are in several chunks, of which one only would be drawn', () => {
    const at = bytes.indexOf('IDAT') - 4;
    const chunk = bytes.subarray(at, at + 12 + bytes.readUInt32BE(at));
    const twice = Buffer.concat([bytes.subarray(0, at), chunk, bytes.subarray(at)]);
    assert.throws(() => open(twice), /not in one chunk/);
    assert.throws(() => open(png.subarray(0, at)), /not in one chunk/);
  });

  it('is refused where it has alpha, or is grey: no file of ours is', () => {
    for (const colourType of [0, 4, 6]) {
      const other = Buffer.from(png);
      other[25] = colourType;
      assert.throws(() => open(other), /not opaque/);
    }
  });
});
