import type { LimitsConfig } from '../config-schema.ts';
import { within } from '../over-limit.ts';
import { maskInvalid } from './mask-invalid.ts';

export type MaskLimits = Pick<LimitsConfig, 'voxels' | 'bytesPerSeries'>;

/**
 * How many voxels a header declares, before anything of that size is made.
 *
 * @throws LobarError `mask-invalid`, `limit-exceeded`
 */
export function voxelsOf(size: readonly number[], limits: MaskLimits): number {
  if (!size.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw maskInvalid(`its size is ${size.join(' x ')}`);
  }
  const voxels = size.reduce((product, n) => product * n, 1);
  within('voxels', voxels, limits, 'voxels of a mask');
  return voxels;
}
