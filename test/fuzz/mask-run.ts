import type { LimitsConfig } from '../../src/config-schema.ts';
import { LobarError } from '../../src/errors.ts';
import type { Mask } from '../../src/masks/mask.ts';
import { placeMask, type VolumeGrid } from '../../src/masks/place-mask.ts';
import { parseMask } from '../../src/masks/read-mask.ts';
import { expectedGrid } from '../masks/expected-grid.ts';
import type { FuzzInput } from './fuzz-input.ts';

/** The grids on which the fixtures lie. */
const tilted = expectedGrid('tilted');
const straight = expectedGrid('straight');

/** Reads a mask file and lays it on the grid of either fixture: `placed`, or what that throws. */
export async function runMask({ parts: [file] }: FuzzInput, limits: LimitsConfig): Promise<'placed'> {
  const mask = await parseMask(file ?? new Uint8Array(), limits);
  if (!isPlaced(mask, tilted)) placeMask(mask, straight, sameLabel);
  return 'placed';
}

function isPlaced(mask: Mask, grid: VolumeGrid): boolean {
  try {
    placeMask(mask, grid, sameLabel);
    return true;
  } catch (error) {
    if (error instanceof LobarError && error.code === 'mask-grid-mismatch') return false;
    throw error;
  }
}

const sameLabel = (label: number) => label & 0xff;
