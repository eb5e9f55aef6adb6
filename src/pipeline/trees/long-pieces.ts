import { findComponents } from '../../volume/components.ts';
import { type Shape3, type SpacingMm, voxelMl } from '../../volume/types.ts';

/** The diagonal of the box around a branch is at least this long (mm). */
const leastLengthMm = 12;
/**
 * And a branch fills less than this part of the diagonal's cube: a ball fills 0.10, a straight tube that is
 * four times as long as it is wide 0.04.
 */
const mostCompact = 0.07;

/** The connected pieces (6 neighbours) of a mask [z, y, x] that are long and thin or branched, no balls. */
export function longPieces(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm): Uint8Array {
  const [, height, width] = shape;
  const { count, sizes, runs, numbers } = findComponents(mask, shape);
  const low = new Int32Array(3 * (count + 1)).fill(0x7fffffff);
  const high = new Int32Array(3 * (count + 1)).fill(-1);
  const widen = (k: number, at: number) => {
    if (at < (low[k] as number)) low[k] = at;
    if (at > (high[k] as number)) high[k] = at;
  };
  for (let run = 0; run < numbers.length; run++) {
    const label = numbers[run] as number;
    const start = runs[2 * run] as number;
    const row = Math.floor(start / width);
    const z = Math.floor(row / height);
    widen(3 * label, z);
    widen(3 * label + 1, row - z * height);
    widen(3 * label + 2, start - row * width);
    widen(3 * label + 2, (runs[2 * run + 1] as number) - 1 - row * width);
  }
  const voxelMm3 = 1000 * voxelMl(spacingMm);
  const isLong = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) {
    const extentsMm = spacingMm.map(
      (mm, axis) => mm * ((high[3 * label + axis] as number) - (low[3 * label + axis] as number) + 1),
    );
    const lengthMm = Math.hypot(...extentsMm);
    const volumeMm3 = (sizes[label] as number) * voxelMm3;
    if (lengthMm >= leastLengthMm && volumeMm3 < mostCompact * lengthMm ** 3) isLong[label] = 1;
  }
  const out = new Uint8Array(mask.length);
  for (let run = 0; run < numbers.length; run++) {
    if (isLong[numbers[run] as number] === 1) out.fill(1, runs[2 * run], runs[2 * run + 1]);
  }
  return out;
}
