import { type CtVolume, type LabelMap, type Shape3, voxelCount } from '../volume/types.ts';

const shape: Shape3 = [8, 160, 160];

/** A chest of ellipsoids, for trying a network out: what every lung network should find, and where the lungs are. */
export interface ProbeChest {
  /** Soft tissue, two lungs of -850 HU and a ball of -500 HU in the right one; 8 slices of 20 x 2.4 x 2.4 mm. */
  readonly volume: CtVolume;
  /** The lungs, as lobes RUL and LUL. */
  readonly lobes: LabelMap;
}

export function probeChest(): ProbeChest {
  const data = new Int16Array(voxelCount(shape));
  const lobes = new Uint8Array(data.length);
  const [depth, height, width] = shape;
  for (let z = 0, i = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const from = (cx: number, rz: number, ry: number, rx: number) =>
          Math.hypot((z - 3.5) / rz, (y - 80) / ry, (x - cx) / rx);
        const isBody = Math.hypot((y - 80) / 52, (x - 80) / 72) < 1;
        const right = from(50, 4, 35, 22) < 1;
        const left = from(110, 4, 35, 22) < 1;
        const ball = from(50, 1.5, 10, 10) < 1;
        data[i] = ball ? -500 : right || left ? -850 : isBody ? 40 : -1000;
        lobes[i] = right ? 1 : left ? 4 : 0;
      }
    }
  }
  const volume: CtVolume = {
    data,
    shape,
    spacingMm: [20, 2.4, 2.4],
    originMm: [-192, -192, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
  return { volume, lobes: { data: lobes, shape } };
}
