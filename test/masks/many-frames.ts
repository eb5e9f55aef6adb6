import { type DicomElement, dicomFile } from '../support/dicom-writer.ts';

/**
 * A binary SEG (PS3.3 A.51) of square frames one behind the other, all of segment 3, whose first and last pixel
 * are present; `side` is a multiple of 8.
 */
export function manyFrames(frames: number, side: number): Uint8Array {
  const bytesPerFrame = (side * side) / 8;
  const pixels = new Uint8Array(frames * bytesPerFrame);
  for (let at = 0; at < pixels.length; at += bytesPerFrame) {
    pixels[at] = 0x01;
    pixels[at + bytesPerFrame - 1] = 0x80;
  }
  const inItem = (tag: string, ...elements: DicomElement[]): DicomElement => [tag, 'SQ', [elements]];
  const frame = (z: number): DicomElement[] => [
    inItem('0062000A', ['0062000B', 'US', [3]]),
    inItem('00209113', ['00200032', 'DS', `0\\0\\${z}`]),
  ];
  return dicomFile([
    ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.66.4'],
    ['00080018', 'UI', '2.25.1'],
    ['00280008', 'IS', String(frames)],
    ['00280010', 'US', [side]],
    ['00280011', 'US', [side]],
    ['00280100', 'US', [1]],
    ['00620001', 'CS', 'BINARY'],
    inItem(
      '52009229',
      inItem('00209116', ['00200037', 'DS', '1\\0\\0\\0\\1\\0']),
      inItem('00289110', ['00280030', 'DS', '0.7\\0.7']),
    ),
    ['52009230', 'SQ', Array.from({ length: frames }, (_, z) => frame(z))],
    ['7FE00010', 'OB', pixels],
  ]);
}
