import { blockMean } from '../../volume/block-mean.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import type { PhantomImage } from './write-phantom-series.ts';

/** HU of a volume and where it lies, [z, y, x] as in volume/types.ts. */
export interface ImagedVolume {
  readonly hu: Int16Array;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  readonly originMm: readonly [x: number, y: number, z: number];
}

const axial = [1, 0, 0, 0, 1, 0];
const frontal = [1, 0, 0, 0, 0, -1];
const lateral = [0, 1, 0, 0, 0, -1];

/** Slice k as an axial image. */
export function axialImage(volume: Omit<ImagedVolume, 'hu'>, hu: Int16Array, k: number): PhantomImage {
  const [dz, dy, dx] = volume.spacingMm;
  const [x, y, z] = volume.originMm;
  return {
    hu,
    rows: volume.shape[1],
    columns: volume.shape[2],
    position: [x, y, z + k * dz],
    orientation: axial,
    pixelSpacing: [dy, dx],
  };
}

/** All slices as axial images, from the feet up. */
export function axialImages(volume: ImagedVolume): readonly PhantomImage[] {
  const [slices, rows, columns] = volume.shape;
  const size = rows * columns;
  return Array.from({ length: slices }, (_, k) =>
    axialImage(volume, volume.hu.subarray(k * size, (k + 1) * size), k),
  );
}

/** Averages blocks of [z, y, x] voxels, which divide the shape: the same scan in thicker slices. */
export function coarserVolume(volume: ImagedVolume, block: Shape3): ImagedVolume {
  const { data: hu, shape } = blockMean(volume.hu, volume.shape, block);
  const { spacingMm: spacing, originMm: origin } = volume;
  const spacingMm: SpacingMm = [spacing[0] * block[0], spacing[1] * block[1], spacing[2] * block[2]];
  return {
    hu,
    shape,
    spacingMm,
    originMm: [
      origin[0] + (spacingMm[2] - spacing[2]) / 2,
      origin[1] + (spacingMm[1] - spacing[1]) / 2,
      origin[2] + (spacingMm[0] - spacing[0]) / 2,
    ],
  };
}

/** A frontal and a lateral projection (mean HU), head up, in the middle of the volume. */
export function localizerImages(volume: ImagedVolume): readonly PhantomImage[] {
  const [slices, rows, columns] = volume.shape;
  const [dz, dy, dx] = volume.spacingMm;
  const [x, y, z] = volume.originMm;
  const top = z + (slices - 1) * dz;
  const middleX = x + ((columns - 1) / 2) * dx;
  const middleY = y + ((rows - 1) / 2) * dy;
  return [
    {
      hu: headUp(blockMean(volume.hu, volume.shape, [1, rows, 1]).data, columns),
      rows: slices,
      columns,
      position: [x, middleY, top],
      orientation: frontal,
      pixelSpacing: [dz, dx],
    },
    {
      hu: headUp(blockMean(volume.hu, volume.shape, [1, 1, columns]).data, rows),
      rows: slices,
      columns: rows,
      position: [middleX, y, top],
      orientation: lateral,
      pixelSpacing: [dz, dy],
    },
  ];
}

/** The rows of an image from the last to the first. */
function headUp(image: Int16Array, columns: number): Int16Array {
  const out = new Int16Array(image.length);
  for (let row = 0; row < image.length; row += columns) {
    out.set(image.subarray(row, row + columns), image.length - row - columns);
  }
  return out;
}
