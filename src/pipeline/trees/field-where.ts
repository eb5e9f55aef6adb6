import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';

/** A field that is what `valueAt` says where a mask is not 0, and 0 elsewhere. */
export function fieldWhere(mask: Uint8Array, valueAt: (index: number) => number): Float32Array {
  const field = new Float32Array(mask.length);
  const scan = scanMask(mask);
  const end = mask.length;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i + 1, end)) field[i] = valueAt(i);
  return field;
}
