import type { Document } from './pen.ts';

/** A picture as pdfkit opens it once and draws it anywhere; the types know neither. */
interface OpenedImage {
  imgData: Uint8Array;
}

/**
 * A file of `encodePng` opened for a document. The pixels go into it as they are packed: png-js, which pdfkit opens
 * files with, takes them byte by byte into an array of numbers, half of the time of a whole report (60 of 120 ms), so
 * that it sees the file without them.
 */
export function openPng(document: Document, png: Uint8Array): Buffer {
  const { before, data, after } = aroundPixels(png);
  const opener = document as unknown as { openImage(file: Uint8Array): OpenedImage };
  const image = opener.openImage(Buffer.concat([before, after]));
  image.imgData = data;
  return image as unknown as Buffer;
}

/** The one IDAT chunk of a file (PNG, third edition, 5.3: length, name, content, checksum), and what is around it. */
function aroundPixels(png: Uint8Array) {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  let at = 8;
  while (bytes.toString('latin1', at + 4, at + 8) !== 'IDAT') at += 12 + bytes.readUInt32BE(at);
  const length = bytes.readUInt32BE(at);
  const end = at + 12 + length;
  return {
    before: bytes.subarray(0, at),
    data: bytes.subarray(at + 8, at + 8 + length),
    after: bytes.subarray(end),
  };
}
