import { NVImage as Image, type NVImage } from '@niivue/niivue';
import type { Size } from './mask-arrays.ts';

/** A NIfTI file as NiiVue shows it. @throws Error for what is none */
export async function openImage(blob: Blob, name: string, colormap: string): Promise<NVImage> {
  const file = new File([blob], name);
  const [lowest, highest] = colormap === 'gray' ? [Number.NaN, Number.NaN] : [0, 255];
  return await Image.loadFromFile({ file, name, colormap, opacity: 1, cal_min: lowest, cal_max: highest });
}

/** A voxel of the file as one of the volume whose axes run from left to right, back to front and feet to head (RAS). */
export function upright(
  { permRAS = [1, 2, 3] }: NVImage,
  size: Size,
  voxel: readonly [number, number, number],
): [number, number, number] {
  const [x = 0, y = 0, z = 0] = permRAS.map((signed) => {
    const axis = (Math.abs(signed) - 1) as 0 | 1 | 2;
    return signed < 0 ? size[axis] - 1 - voxel[axis] : voxel[axis];
  });
  return [x, y, z];
}

/** The axis of the file along which one runs: right-left, back-front or feet-head. */
export function fileAxis({ permRAS }: NVImage, axis: 0 | 1 | 2): 0 | 1 | 2 {
  return (Math.abs(permRAS?.[axis] ?? axis + 1) - 1) as 0 | 1 | 2;
}
