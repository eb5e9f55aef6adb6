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
  for (let z = 0; z < depth; z++) voteHoles(mask, votes, z * slice, height, width, width, 1);
  for (let y = 0; y < height; y++) voteHoles(mask, votes, y * width, depth, slice, width, 1);
  for (let x = 0; x < width; x++) voteHoles(mask, votes, x, depth, slice, height, width);
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] !== 0 || (votes[i] as number) >= 2 ? 1 : 0;
  return out;
}

/** Fills what the mask encloses in each axial slice. */
export function fillHolesInSlices(mask: Uint8Array, shape: Shape3): Uint8Array {
  const [depth, height, width] = shape;
  const out = new Uint8Array(mask.length);
  for (let z = 0; z < depth; z++) voteHoles(mask, out, z * height * width, height, width, width, 1);
  for (let i = 0; i < out.length; i++) if (mask[i] !== 0) out[i] = 1;
  return out;
}

/**
 * Adds 1 to every voxel of one plane that is not in the mask and not connected (4 neighbours) to the plane's
 * border. The plane starts at `start`; its rows lie `rowStep` apart, its columns `columnStep`.
 */
function voteHoles(
  mask: Uint8Array,
  votes: Uint8Array,
  start: number,
  rows: number,
  rowStep: number,
  columns: number,
  columnStep: number,
): void {
  const outside = new Uint8Array(rows * columns);
  const stack: number[] = [];
  const visit = (row: number, column: number): void => {
    const at = row * columns + column;
    if (outside[at] === 1 || mask[start + row * rowStep + column * columnStep] !== 0) return;
    outside[at] = 1;
    stack.push(at);
  };
  for (let row = 0; row < rows; row++) {
    visit(row, 0);
    visit(row, columns - 1);
  }
  for (let column = 0; column < columns; column++) {
    visit(0, column);
    visit(rows - 1, column);
  }
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const row = Math.floor(at / columns);
    const column = at - row * columns;
    if (row > 0) visit(row - 1, column);
    if (row < rows - 1) visit(row + 1, column);
    if (column > 0) visit(row, column - 1);
    if (column < columns - 1) visit(row, column + 1);
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = start + row * rowStep + column * columnStep;
      if (outside[row * columns + column] === 0 && mask[i] === 0) votes[i] = (votes[i] as number) + 1;
    }
  }
}
