import { floodInto } from './flood.ts';
import type { Shape3 } from './types.ts';

/**
 * Fills what the mask encloses in at least two of the three orientations (axial, coronal, sagittal): vessels
 * and dense disease inside a lung are filled, the dome of the diaphragm, which is a closed ring in axial
 * slices alone, is not.
 */
export function fillEnclosed(mask: Uint8Array, shape: Shape3): Uint8Array {
  const [depth, height, width] = shape;
  const slice = height * width;
  const votes = new Uint8Array(mask.length);
  const axial = framedPlane(height, width);
  for (let z = 0; z < depth; z++) voteHoles(mask, votes, axial, z * slice, width, 1);
  const coronal = framedPlane(depth, width);
  for (let y = 0; y < height; y++) voteHoles(mask, votes, coronal, y * width, slice, 1);
  const sagittal = framedPlane(depth, height);
  for (let x = 0; x < width; x++) voteHoles(mask, votes, sagittal, x, slice, width);
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] !== 0 || (votes[i] as number) >= 2 ? 1 : 0;
  return out;
}

/** Fills what the mask encloses in each axial slice. */
export function fillHolesInSlices(mask: Uint8Array, shape: Shape3): Uint8Array {
  const [depth, height, width] = shape;
  const out = new Uint8Array(mask.length);
  const plane = framedPlane(height, width);
  for (let z = 0; z < depth; z++) voteHoles(mask, out, plane, z * height * width, width, 1);
  for (let i = 0; i < out.length; i++) if (mask[i] !== 0) out[i] = 1;
  return out;
}

/** What is free in one plane, with a frame of one free pixel around it, from which all that is open is reached. */
interface FramedPlane {
  readonly rows: number;
  readonly columns: number;
  readonly free: Uint8Array;
  readonly open: Uint8Array;
}

function framedPlane(rows: number, columns: number): FramedPlane {
  const length = (rows + 2) * (columns + 2);
  return { rows, columns, free: new Uint8Array(length).fill(1), open: new Uint8Array(length) };
}

/**
 * Adds 1 to every voxel of one plane that is not in the mask and not connected (4 neighbours) to the plane's
 * border. The plane starts at `start`; its rows lie `rowStep` apart, its columns `columnStep`.
 *
 * @param plane overwritten, but for its frame
 */
function voteHoles(
  mask: Uint8Array,
  votes: Uint8Array,
  { rows, columns, free, open }: FramedPlane,
  start: number,
  rowStep: number,
  columnStep: number,
): void {
  const framed = columns + 2;
  let isEmpty = true;
  for (let row = 0; row < rows; row++) {
    const from = start + row * rowStep;
    const to = (row + 1) * framed + 1;
    for (let column = 0, i = from; column < columns; column++, i += columnStep) {
      const isFree = mask[i] === 0 ? 1 : 0;
      free[to + column] = isFree;
      if (isFree === 0) isEmpty = false;
    }
  }
  if (isEmpty) return;
  open.fill(0);
  floodInto(open, free, [1, rows + 2, framed], [0]);
  for (let row = 0; row < rows; row++) {
    const from = start + row * rowStep;
    const to = (row + 1) * framed + 1;
    for (let column = 0, i = from; column < columns; column++, i += columnStep) {
      if (free[to + column] !== open[to + column]) votes[i] = (votes[i] as number) + 1;
    }
  }
}
