import { lobes } from '../../../pipeline/types.ts';
import type { LabelMap } from '../../../volume/types.ts';

/** Segments by number: the lobes by their labels, then the opacities. */
export const opacitySegment = lobes.length + 1;

/** Masks as the pixels of a binary segmentation: one bit a voxel, and only frames that hold something. */
export interface PackedSegments {
  /** By segment, then from feet to head. */
  readonly frames: readonly SegmentFrame[];
  /**
   * The frames one after the other without padding, rows by rows; a voxel after the other from the lowest bit of a
   * byte to its highest (PS3.5 8.1.1, D.1).
   */
  readonly bits: Uint8Array<ArrayBuffer>;
}

export interface SegmentFrame {
  /** From 1. */
  readonly segment: number;
  /** Index z. */
  readonly slice: number;
}

/** Packs the lobes' labels (index in `lobes` + 1) and the opacities (1), two maps of one shape [z, y, x]. */
export function packSegments(lobeMap: LabelMap, opacityMap: LabelMap): PackedSegments {
  const [slices, rows, columns] = lobeMap.shape;
  const voxels = rows * columns;
  const sliceOf = ({ data }: LabelMap, z: number) => data.subarray(z * voxels, (z + 1) * voxels);
  const held = Array.from({ length: slices }, (_, z) => [
    ...labelsIn(sliceOf(lobeMap, z), lobes.length),
    ...(labelsIn(sliceOf(opacityMap, z), 1).length > 0 ? [opacitySegment] : []),
  ]);
  const frames: SegmentFrame[] = [];
  for (let segment = 1; segment <= opacitySegment; segment += 1) {
    for (let slice = 0; slice < slices; slice += 1) {
      if (held[slice]?.includes(segment)) frames.push({ segment, slice });
    }
  }
  const bits = new Uint8Array(Math.ceil((frames.length * voxels) / 8));
  const starts = startsBySlice(frames, slices, voxels);
  for (let z = 0; z < slices; z += 1) {
    const start = starts[z] as readonly number[];
    packLabels(sliceOf(lobeMap, z), start, bits);
    packLabels(sliceOf(opacityMap, z), [-1, start[opacitySegment] as number], bits);
  }
  return { frames, bits };
}

/** For each slice, by segment: the bit at which its frame begins; -1 where it has none. */
function startsBySlice(frames: readonly SegmentFrame[], slices: number, voxels: number): number[][] {
  const starts = Array.from({ length: slices }, () => new Array<number>(opacitySegment + 1).fill(-1));
  for (const [index, { segment, slice }] of frames.entries()) {
    const start = starts[slice];
    if (start !== undefined) start[segment] = index * voxels;
  }
  return starts;
}

/** The labels from 1 to `highest` that are there. */
function labelsIn(labels: Uint8Array, highest: number): number[] {
  const seen = new Uint8Array(256);
  const { words, rest } = inWords(labels);
  let last = 0;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] as number;
    // Most of a slice is nothing, and most of the rest one label.
    if (word === last) continue;
    last = word;
    for (let shift = 0; shift < 32; shift += 8) seen[(word >>> shift) & 0xff] = 1;
  }
  for (const label of rest) seen[label] = 1;
  return Array.from({ length: highest }, (_, index) => index + 1).filter((label) => seen[label] === 1);
}

/** Sets the bits of every label of a slice that has a frame; `start` by label is the frame's first bit. */
function packLabels(labels: Uint8Array, start: readonly number[], bits: Uint8Array): void {
  const bytes = start.map((bit) => Math.floor(bit / 8));
  const atByte = start.every((bit) => bit < 0 || bit % 8 === 0);
  const { words } = inWords(labels);
  const pairs = atByte ? words.length >> 1 : 0;
  for (let i = 0; i < pairs; i += 1) {
    const low = words[2 * i] as number;
    const high = words[2 * i + 1] as number;
    if ((low | high) === 0) continue;
    const label = low & 0xff;
    if (low === high && low === label * 0x01010101) {
      // Eight voxels of one label.
      if ((start[label] ?? -1) >= 0) bits[(bytes[label] as number) + i] = 0xff;
    } else {
      packEight(labels, 8 * i, start, bits);
    }
  }
  for (let voxel = pairs * 8; voxel < labels.length; voxel += 1) packOne(labels, voxel, start, bits);
}

function packEight(labels: Uint8Array, from: number, start: readonly number[], bits: Uint8Array): void {
  for (let voxel = from; voxel < from + 8; voxel += 1) packOne(labels, voxel, start, bits);
}

function packOne(labels: Uint8Array, voxel: number, start: readonly number[], bits: Uint8Array): void {
  const first = start[labels[voxel] as number] ?? -1;
  if (first < 0) return;
  const bit = first + voxel;
  // No shift: a segmentation may have more bits than 2^31.
  const byte = Math.floor(bit / 8);
  bits[byte] = (bits[byte] as number) | (1 << (bit & 7));
}

/** Four labels at once, the first in the lowest byte: every platform of Node is little endian. */
function inWords(labels: Uint8Array): { readonly words: Uint32Array; readonly rest: Uint8Array } {
  const { buffer, byteOffset, length } = labels;
  // Only from an offset that is a multiple of four; a slice of an odd size is copied.
  const own = byteOffset % 4 === 0 ? labels : new Uint8Array(labels);
  const count = length >> 2;
  const words = new Uint32Array(own === labels ? buffer : own.buffer, own.byteOffset, count);
  return { words, rest: labels.subarray(count * 4) };
}
