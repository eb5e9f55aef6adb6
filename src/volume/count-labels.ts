import { nextOccupied, scanMask } from './mask-scan.ts';

/** How many voxels have each label: an entry for every byte, that of the background 0. */
export function countLabels(labels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  const scan = scanMask(labels);
  const end = labels.length;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    const label = labels[i] as number;
    const next = endOfRun(scan.words, scan.lead, labels, i, label);
    counts[label] = (counts[label] as number) + next - i;
    i = next;
  }
  return counts;
}

/** One past the last of the voxels from `start` on that have one label, four at a time: runs of lung are long. */
function endOfRun(words: Int32Array, lead: number, labels: Uint8Array, start: number, label: number): number {
  const end = labels.length;
  let i = start + 1;
  while (i < end && ((i - lead) & 3) !== 0) {
    if (labels[i] !== label) return i;
    i++;
  }
  const four = Math.imul(label, 0x01010101);
  let word = (i - lead) >> 2;
  while (word < words.length && words[word] === four) word++;
  i = Math.max(i, (word << 2) + lead);
  while (i < end && labels[i] === label) i++;
  return i;
}
