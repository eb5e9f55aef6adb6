import type { CtVolume, Shape3 } from '../../../src/volume/types.ts';

const shape: Shape3 = [80, 112, 128];
const mm = 2.5;

/** A chest of ellipsoids with known parts; every part is a test of where a voxel lies, in voxels. */
export const chest = {
  right: ellipsoid([35, 50, 38], [28, 30, 18]),
  left: ellipsoid([35, 50, 90], [28, 30, 18]),
  trachea: (z: number, y: number, x: number) => z >= 42 && Math.hypot(y - 48, x - 64) <= 3.5,
  bronchi: (z: number, y: number, x: number) => Math.hypot(z - 42, y - 48) <= 2.2 && Math.abs(x - 64) <= 14,
  body: (_z: number, y: number, x: number) => Math.hypot((y - 50) / 44, (x - 64) / 58) <= 1,
  /** A trough that touches the body, so that in slices 10 to 60 the gap under the back is closed. */
  table: (z: number, y: number, x: number) =>
    z >= 10 && z <= 60 && ((y >= 98 && y <= 99 && x >= 20 && x <= 108) || (isWall(x) && y >= 70 && y <= 99)),
  gap: (z: number, y: number, x: number) => z >= 10 && z <= 60 && y >= 95 && y <= 97 && x >= 30 && x <= 98,
  /** Dense disease of the right lung that touches the chest wall. */
  consolidation: ellipsoid([35, 50, 22], [7, 7, 6]),
  stomach: ellipsoid([4, 30, 90], [4, 12, 12]),
};

export type Part = (z: number, y: number, x: number) => boolean;

function isWall(x: number): boolean {
  return (x >= 20 && x <= 21) || (x >= 107 && x <= 108);
}

function ellipsoid(centre: Shape3, radii: Shape3): Part {
  return (z, y, x) =>
    Math.hypot((z - centre[0]) / radii[0], (y - centre[1]) / radii[1], (x - centre[2]) / radii[2]) <= 1;
}

/** The chest as a volume, 2.5 mm voxels: later parts lie over earlier ones. */
export function makeChest(consolidated = false): CtVolume {
  const data = new Int16Array(shape[0] * shape[1] * shape[2]).fill(-1000);
  const paint = (part: Part, hu: number) => {
    eachVoxel((z, y, x, i) => {
      if (part(z, y, x)) data[i] = hu;
    });
  };
  paint(chest.table, 60);
  paint(chest.body, 40);
  paint(chest.stomach, -990);
  paint(chest.right, -850);
  paint(chest.left, -850);
  if (consolidated) paint((z, y, x) => chest.right(z, y, x) && chest.consolidation(z, y, x), 30);
  paint((z, y, x) => chest.bronchi(z, y, x) && !chest.right(z, y, x) && !chest.left(z, y, x), -990);
  paint(chest.trachea, -990);
  return {
    data,
    shape,
    spacingMm: [mm, mm, mm],
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
}

function eachVoxel(visit: (z: number, y: number, x: number, index: number) => void): void {
  let i = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) visit(z, y, x, i++);
  }
}

/** The part of `part` that the mask covers, 0 to 1. */
export function covered(mask: Uint8Array, part: Part): number {
  let inside = 0;
  let both = 0;
  eachVoxel((z, y, x, i) => {
    if (!part(z, y, x)) return;
    inside++;
    if (mask[i] !== 0) both++;
  });
  return both / inside;
}

/** Dice of a mask and a part. */
export function dice(mask: Uint8Array, part: Part): number {
  let sum = 0;
  let both = 0;
  eachVoxel((z, y, x, i) => {
    const inPart = part(z, y, x);
    const inMask = mask[i] !== 0;
    if (inPart) sum++;
    if (inMask) sum++;
    if (inPart && inMask) both++;
  });
  return (2 * both) / sum;
}
