/** A mask [anything] read many voxels at a time where they are all 0: most of a chest is not lung. */
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
  const lastWord = (end - lead) >> 2;
  // Sixteen voxels a step: three times as fast as four through 72 million voxels that are nearly all 0.
  while (
    word + 4 <= lastWord &&
    ((words[word] as number) |
      (words[word + 1] as number) |
      (words[word + 2] as number) |
      (words[word + 3] as number)) ===
      0
  ) {
    word += 4;
  }
  while (word < lastWord && words[word] === 0) word++;
  i = Math.max(i, (word << 2) + lead);
  while (i < end && mask[i] === 0) i++;
  return i;
}

/** Index of the first voxel that is 0, from `start` to before `end`; `end` where there is none. */
export function nextEmpty({ mask, words, lead }: MaskScan, start: number, end: number): number {
  let i = start;
  while (i < end && ((i - lead) & 3) !== 0) {
    if (mask[i] === 0) return i;
    i++;
  }
  let word = (i - lead) >> 2;
  const lastWord = (end - lead) >> 2;
  for (; word < lastWord; word++) {
    const four = words[word] as number;
    // Not 0 where one of the four bytes is (Mycroft 1987): the borrow of 0 - 1 sets a top bit that was not set.
    if (((four - 0x01010101) & ~four & 0x80808080) !== 0) break;
  }
  i = Math.max(i, (word << 2) + lead);
  while (i < end && mask[i] !== 0) i++;
  return i;
}
