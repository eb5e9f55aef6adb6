import type { Document } from './pen.ts';

/** What pdfkit makes of a file once, and then draws anywhere as it draws the file: a Buffer, as far as types say. */
type OpenedImage = Buffer & { imgData: Uint8Array };

/** A document with its method that the types do not know. */
type ImageOpener = Document & { readonly openImage: (file: Uint8Array) => OpenedImage };

/** Colour types of IHDR without alpha: those that pdfkit puts into a document without unpacking the pixels. */
const opaqueTypes: readonly (number | undefined)[] = [2, 3];

/**
 * A file of `encodePng` opened for a document. The pixels go into it as they are packed: png-js, which pdfkit opens
 * files with, takes them byte by byte into an array of numbers, half of the time of a whole report (60 of 120 ms), so
 * that it sees the file without them.
 *
 * @throws Error where the file is none of `encodePng`: its pixels have alpha, or are in several chunks
 */
export function openPng(document: Document, png: Uint8Array): Buffer {
  const { before, data, after } = aroundPixels(png);
  const image = (document as ImageOpener).openImage(Buffer.concat([before, after]));
  image.imgData = data;
  return image;
}

/**
 * The one IDAT chunk of a file, and what is around it (PNG, third edition, 5.3: length, name, content, checksum; 11.2.1:
 * the colour type is byte 9 of IHDR, the first chunk).
 */
function aroundPixels(png: Uint8Array) {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (!opaqueTypes.includes(bytes[signatureLength + 8 + 9])) throw new Error('the picture is not opaque');
  const [at, ...more] = chunksOf(bytes).filter((start) => nameAt(bytes, start) === 'IDAT');
  if (at === undefined || more.length > 0) throw new Error('the pixels of the picture are not in one chunk');
  const length = bytes.readUInt32BE(at);
  return {
    before: bytes.subarray(0, at),
    data: bytes.subarray(at + 8, at + 8 + length),
    after: bytes.subarray(at + 12 + length),
  };
}

const signatureLength = 8;

/** Where each chunk begins. */
function chunksOf(bytes: Buffer): readonly number[] {
  const starts: number[] = [];
  for (let at = signatureLength; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) starts.push(at);
  return starts;
}

function nameAt(bytes: Buffer, start: number): string {
  return bytes.toString('latin1', start + 4, start + 8);
}
