import type { Box } from './box.ts';
import { nextOccupied, scanMask } from './mask-scan.ts';
import type { Shape3 } from './types.ts';

/** The smallest box around each label of a map [z, y, x] that is not 0, in one pass; none for a label that is absent. */
export function labelBoxes(labels: Uint8Array, [, height, width]: Shape3): ReadonlyMap<number, Box> {
  const low = Array.from({ length: 3 }, () => new Int32Array(256).fill(0x7fffffff));
  const end = Array.from({ length: 3 }, () => new Int32Array(256));
  const [lowZ, lowY, lowX] = low as [Int32Array, Int32Array, Int32Array];
  const [endZ, endY, endX] = end as [Int32Array, Int32Array, Int32Array];
  const scan = scanMask(labels);
  const rows = width === 0 ? 0 : Math.floor(labels.length / width);
  for (let row = 0; row < rows; row++) {
    const first = row * width;
    const z = (row / height) | 0;
    const y = row - z * height;
    for (let i = nextOccupied(scan, first, first + width); i < first + width; ) {
      const label = labels[i] as number;
      const start = i - first;
      while (i < first + width && labels[i] === label) i++;
      if ((lowZ[label] as number) > z) lowZ[label] = z;
      if ((lowY[label] as number) > y) lowY[label] = y;
      if ((lowX[label] as number) > start) lowX[label] = start;
      endZ[label] = z + 1;
      if ((endY[label] as number) <= y) endY[label] = y + 1;
      if ((endX[label] as number) < i - first) endX[label] = i - first;
      i = nextOccupied(scan, i, first + width);
    }
  }
  const boxes = new Map<number, Box>();
  const corner = (axes: readonly Int32Array[], label: number) =>
    axes.map((values) => values[label] as number) as [number, number, number];
  for (let label = 1; label < 256; label++) {
    if (endZ[label] !== 0) boxes.set(label, { start: corner(low, label), end: corner(end, label) });
  }
  return boxes;
}
