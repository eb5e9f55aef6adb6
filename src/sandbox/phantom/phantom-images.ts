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
  const shape: Shape3 = [
    Math.floor(volume.shape[0] / block[0]),
    Math.floor(volume.shape[1] / block[1]),
    Math.floor(volume.shape[2] / block[2]),
  ];
  const [, rows, columns] = shape;
  const hu = new Int16Array(shape[0] * rows * columns);
  for (let i = 0; i < hu.length; i += 1) {
    const x = i % columns;
    const y = Math.floor(i / columns) % rows;
    const z = Math.floor(i / (columns * rows));
    hu[i] = blockMean(volume, [z * block[0], y * block[1], x * block[2]], block);
  }
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

function blockMean({ hu, shape }: ImagedVolume, [z0, y0, x0]: Shape3, [nz, ny, nx]: Shape3): number {
  let sum = 0;
  for (let z = z0; z < z0 + nz; z += 1) {
    for (let y = y0; y < y0 + ny; y += 1) {
      for (let x = x0; x < x0 + nx; x += 1) {
        sum += hu[(z * shape[1] + y) * shape[2] + x] as number;
      }
    }
  }
  return Math.round(sum / (nz * ny * nx));
}

/** A frontal and a lateral projection (mean HU), head up, in the middle of the volume. */
export function localizerImages(volume: ImagedVolume): readonly PhantomImage[] {
  const [slices, rows, columns] = volume.shape;
  const [dz, dy, dx] = volume.spacingMm;
  const [x, y, z] = volume.originMm;
  const front = new Int16Array(slices * columns);
  const side = new Int16Array(slices * rows);
  for (let k = 0; k < slices; k += 1) {
    const fromTop = slices - 1 - k;
    for (let i = 0; i < columns; i += 1) {
      front[fromTop * columns + i] = blockMean(volume, [k, 0, i], [1, rows, 1]);
    }
    for (let j = 0; j < rows; j += 1) {
      side[fromTop * rows + j] = blockMean(volume, [k, j, 0], [1, 1, columns]);
    }
  }
  const top = z + (slices - 1) * dz;
  const middleX = x + ((columns - 1) / 2) * dx;
  const middleY = y + ((rows - 1) / 2) * dy;
  return [
    {
      hu: front,
      rows: slices,
      columns,
      position: [x, middleY, top],
      orientation: frontal,
      pixelSpacing: [dz, dx],
    },
    {
      hu: side,
      rows: slices,
      columns: rows,
      position: [middleX, y, top],
      orientation: lateral,
      pixelSpacing: [dz, dy],
    },
  ];
}
