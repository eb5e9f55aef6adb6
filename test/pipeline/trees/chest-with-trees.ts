import type { CtVolume, LabelMap } from '../../../src/volume/types.ts';
import { chest, makeChest, type Part } from '../lungs/synthetic-chest.ts';

/** Voxels of 2.5 mm. A vessel of 3 x 3 voxels, 41 slices high, in the right lung: 369 voxels. */
const vessel: Part = (z, y, x) => z >= 15 && z <= 55 && Math.abs(y - 56) <= 1 && Math.abs(x - 36) <= 1;
/** Another one, among opacities of -500 HU. */
const opacity: Part = (z, y, x) => Math.hypot(z - 30, y - 60, x - 92) <= 9;
const vesselInOpacity: Part = (z, y, x) =>
  z >= 15 && z <= 42 && Math.abs(y - 60) <= 1 && Math.abs(x - 92) <= 1;
/** No vessels: a fissure one voxel thick, a nodule of 3 voxels, a mass. */
const fissure: Part = (z, y, x) => z === 46 && chest.left(z, y, x);
const nodule: Part = (z, y, x) => Math.hypot(z - 25, y - 38, x - 40) <= 1.5;
const mass: Part = (z, y, x) => Math.hypot(z - 52, y - 48, x - 92) <= 5;
/** A bronchus of 3 x 3 voxels with its wall, from the end of the right main bronchus outwards. */
const bronchus: Part = (z, y, x) => x >= 36 && x <= 56 && Math.abs(z - 42) <= 1 && Math.abs(y - 48) <= 1;
const bronchusWall: Part = (z, y, x) => x >= 35 && x <= 57 && Math.abs(z - 42) <= 2 && Math.abs(y - 48) <= 2;

export const parts = {
  vessel,
  opacity,
  vesselInOpacity,
  fissure,
  nodule,
  mass,
  bronchus,
  bronchusWall,
} as const;

export const inLungs: Part = (z, y, x) => chest.right(z, y, x) || chest.left(z, y, x);

/** The synthetic chest with these parts in it, and its true masks. */
export function chestWithTrees(): { volume: CtVolume; lobes: LabelMap; opacities: LabelMap } {
  const volume = makeChest();
  for (const [part, hu] of [
    [opacity, -500],
    [fissure, -700],
    [nodule, 40],
    [mass, 40],
    [vessel, 40],
    [vesselInOpacity, 40],
    [bronchusWall, -300],
    [bronchus, -990],
  ] as const) {
    paint(volume, (z, y, x) => part(z, y, x) && inLungs(z, y, x), hu);
  }
  return {
    volume,
    lobes: marked(volume, (z, y, x) => (chest.right(z, y, x) ? 2 : chest.left(z, y, x) ? 4 : 0)),
    opacities: marked(volume, (z, y, x) => (opacity(z, y, x) && chest.left(z, y, x) ? 1 : 0)),
  };
}

/** In the vessels, or a voxel beside them. */
export function aroundVessels(z: number, y: number, x: number): boolean {
  const isBeside = (y0: number, x0: number) => Math.abs(y - y0) <= 2 && Math.abs(x - x0) <= 2;
  return (z >= 14 && z <= 56 && isBeside(56, 36)) || (z >= 14 && z <= 43 && isBeside(60, 92));
}

/** Where the main bronchi end, open, at the lungs. */
export function atHilum(x: number): boolean {
  return x >= 48 && x <= 80;
}

function marked({ shape }: CtVolume, label: (z: number, y: number, x: number) => number): LabelMap {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  eachVoxel(shape, (z, y, x, i) => {
    data[i] = label(z, y, x);
  });
  return { data, shape };
}

function paint({ data, shape }: CtVolume, part: Part, hu: number): void {
  eachVoxel(shape, (z, y, x, i) => {
    if (part(z, y, x)) data[i] = hu;
  });
}

function eachVoxel(
  [depth, height, width]: CtVolume['shape'],
  visit: (z: number, y: number, x: number, index: number) => void,
): void {
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) visit(z, y, x, i++);
  }
}
