import type { CtVolume, LabelMap, Shape3, SpacingMm } from '../../src/volume/types.ts';
import { voxelCount } from '../../src/volume/types.ts';

/** A volume whose HU are a function of the voxel, in the patient's own axes. */
export function volumeOf(
  shape: Shape3,
  spacingMm: SpacingMm,
  hu: (z: number, y: number, x: number) => number,
): CtVolume {
  const data = new Int16Array(voxelCount(shape));
  fill(data, shape, hu);
  return {
    data,
    shape,
    spacingMm,
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
}

/** A label map whose labels are a function of the voxel. */
export function labelsOf(shape: Shape3, label: (z: number, y: number, x: number) => number): LabelMap {
  const data = new Uint8Array(voxelCount(shape));
  fill(data, shape, label);
  return { data, shape };
}

function fill(
  data: Int16Array | Uint8Array,
  [depth, height, width]: Shape3,
  value: (z: number, y: number, x: number) => number,
): void {
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[i++] = value(z, y, x);
    }
  }
}
