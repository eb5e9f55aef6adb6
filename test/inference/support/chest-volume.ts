import type { CtVolume } from '../../../src/volume/types.ts';

/**
 * A body of soft tissue with two ellipsoid lungs of air and a ball of ground glass in the right one, in shared
 * memory: 20 x 128 x 128 voxels of 15 x 3 x 3 mm, about 3.8 L of lung. Enough for every stage to have work.
 */
export function chestVolume(): CtVolume {
  const shape = [20, 128, 128] as const;
  const [depth, height, width] = shape;
  const data = new Int16Array(new SharedArrayBuffer(depth * height * width * Int16Array.BYTES_PER_ELEMENT));
  const inside = (z: number, y: number, x: number, cx: number, rz: number, ry: number, rx: number) =>
    ((z - 10) / rz) ** 2 + ((y - 64) / ry) ** 2 + ((x - cx) / rx) ** 2 < 1;
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const body = ((y - 64) / 42) ** 2 + ((x - 64) / 58) ** 2 < 1;
        const lung = inside(z, y, x, 40, 8, 28, 18) || inside(z, y, x, 88, 8, 28, 18);
        const glass = inside(z, y, x, 40, 2, 8, 8);
        data[i] = glass ? -500 : lung ? -850 : body ? 40 : -1000;
      }
    }
  }
  return {
    data,
    shape,
    spacingMm: [15, 3, 3],
    originMm: [-192, -192, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
}
