import dicomParser from 'dicom-parser';
import { lungWindow } from '../../volume/window.ts';
import type { FileHeader } from './read-header.ts';

/** Implicit and explicit VR, little endian: samples are there as they are (PS3.5 A.1, A.2). */
const uncompressed: ReadonlySet<string> = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1']);

/** The first frame of a file as grey levels, row by row, or undefined where it is compressed or no CT image of 16 bits. */
export async function readSlice({
  file,
  image,
  transferSyntax,
}: Pick<FileHeader, 'file' | 'image' | 'transferSyntax'>): Promise<Uint8ClampedArray | undefined> {
  if (image === undefined || !uncompressed.has(transferSyntax)) return undefined;
  const { rows, columns, bitsAllocated, samples, signed, slope, intercept } = image;
  if (bitsAllocated !== 16 || samples !== 1) return undefined;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = dicomParser.parseDicom(bytes).elements['x7fe00010'];
  const count = rows * columns;
  const { level, width } = lungWindow;
  const lowest = level - width / 2;
  if (found === undefined || found.length < count * 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + found.dataOffset, count * 2);
  const grey = new Uint8ClampedArray(count);
  for (let i = 0; i < count; i += 1) {
    const stored = signed ? view.getInt16(i * 2, true) : view.getUint16(i * 2, true);
    grey[i] = (255 * (stored * slope + intercept - lowest)) / width;
  }
  return grey;
}
