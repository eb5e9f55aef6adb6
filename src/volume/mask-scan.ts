/** A mask [anything] read four voxels at a time where they are all 0: most of a chest is not lung. */
export interface MaskScan {
  readonly mask: Uint8Array;
  /** The mask's bytes from `lead` on, in fours. */
  readonly words: Int32Array;
  /** Bytes before the first one whose address is a multiple of four. */
  readonly lead: number;
}

export function scanMask(mask: Uint8Array): MaskScan {
  const lead = -mask.byteOffset & 3;
  // A mask that ends before its first whole word has none.
  const count = Math.max(0, (mask.length - lead) >> 2);
  const words = new Int32Array(mask.buffer, count === 0 ? 0 : mask.byteOffset + lead, count);
  return { mask, words, lead };
}

/** Index of the first voxel that is not 0, from `start` to before `end`; `end` where there is none. */
export function nextOccupied({ mask, words, lead }: MaskScan, start: number, end: number): number {
  let i = start;
  while (i < end && ((i - lead) & 3) !== 0) {
    if (mask[i] !== 0) return i;
    i++;
  }
  let word = (i - lead) >> 2;
  while (i + 4 <= end && words[word] === 0) {
    word++;
    i += 4;
  }
  while (i < end && mask[i] === 0) i++;
  return i;
}
