import { nextOccupied, scanMask } from './mask-scan.ts';

/** How many voxels have each label: an entry for every byte, that of the background 0. */
export function countLabels(labels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  const scan = scanMask(labels);
  const end = labels.length;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    for (; i < end && labels[i] !== 0; i++) {
      const label = labels[i] as number;
      counts[label] = (counts[label] as number) + 1;
    }
  }
  return counts;
}
