/** How a lossless JPEG stream predicts a sample (ITU-T T.81 table H.1) and what it leaves out. */
export interface LosslessCoding {
  readonly columns: number;
  readonly precision: number;
  readonly predictor: number;
  readonly pointTransform: number;
}

/**
 * A lossless JPEG stream (ITU-T T.81, Process 14) of these samples, for tests: one component, one scan, and a
 * Huffman table that gives each of the 17 categories a code of 5 bits, its own number.
 */
export function losslessJpeg(samples: Uint16Array, coding: LosslessCoding): Uint8Array {
  const { columns, precision, predictor, pointTransform } = coding;
  const rows = samples.length / columns;
  const shifted = samples.map((sample) => sample >> pointTransform);
  const size = (value: number) => [value >> 8, value & 255];
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  shifted.forEach((sample, i) => {
    const predicted = prediction(shifted, i, coding);
    // Modulo 2^16, as a number from -32767 to 32768 (T.81 H.1.2.1).
    const difference = (((sample - predicted + 32_767) & 0xffff) >>> 0) - 32_767;
    const category = 32 - Math.clz32(Math.abs(difference));
    push(category, 5);
    if (category < 16) push(difference < 0 ? difference - 1 : difference, category);
  });
  while (bits.length % 8 !== 0) bits.push(1);
  const data = Array.from({ length: bits.length / 8 }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2),
  );
  const codes = Array.from({ length: 16 }, (_, i) => (i === 4 ? 17 : 0));
  const categories = Array.from({ length: 17 }, (_, i) => i);
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...[0xff, 0xc3, ...size(11), precision, ...size(rows), ...size(columns), 1, 1, 0x11, 0],
    ...[0xff, 0xc4, ...size(19 + 17), 0, ...codes, ...categories],
    ...[0xff, 0xda, ...size(8), 1, 1, 0, predictor, 0, pointTransform],
    ...data.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])),
    ...[0xff, 0xd9],
  ]);
}

/** T.81 H.1.2.1: a row begins with the sample above it, the first row goes by what lies to the left. */
function prediction(samples: Uint16Array, i: number, coding: LosslessCoding): number {
  const { columns, precision, predictor, pointTransform } = coding;
  const [left, above, corner] = [
    samples[i - 1] ?? 0,
    samples[i - columns] ?? 0,
    samples[i - columns - 1] ?? 0,
  ];
  if (i === 0) return 1 << (precision - pointTransform - 1);
  if (i < columns) return left;
  if (i % columns === 0) return above;
  switch (predictor) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return corner;
    case 4:
      return left + above - corner;
    case 5:
      return left + ((above - corner) >> 1);
    case 6:
      return above + ((left - corner) >> 1);
    default:
      return (left + above) >> 1;
  }
}
