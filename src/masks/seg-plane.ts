/** The pixel data of a segmentation, of the length that it declares. */
export interface SegPixels {
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bits: 1 | 8 | 16;
  /** The least value that counts as present, where the values are no labels. */
  readonly present: number;
  readonly isLabelMap: boolean;
}

/**
 * One frame as labels: those of a label map, or `segment` where the segment is present. Frames of one bit a
 * pixel follow one another without padding, the first pixel in the lowest bit (PS3.5 8.1.1, D.3).
 */
export function segPlane(pixels: SegPixels, frame: number, segment: number): Uint16Array {
  const { bytes, bits, present, isLabelMap } = pixels;
  const length = pixels.rows * pixels.columns;
  const labels = new Uint16Array(length);
  for (let i = 0; i < length; i++) {
    const at = frame * length + i;
    const value =
      bits === 1
        ? ((bytes[at >> 3] as number) >> (at & 7)) & 1
        : bits === 8
          ? (bytes[at] as number)
          : (bytes[2 * at] as number) | ((bytes[2 * at + 1] as number) << 8);
    if (isLabelMap) labels[i] = value;
    else if (value >= present) labels[i] = segment;
  }
  return labels;
}
