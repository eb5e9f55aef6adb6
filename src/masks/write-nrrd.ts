import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LabelMap, Vec3 } from '../volume/types.ts';
import type { VolumeGrid } from './place-mask.ts';

const deflate = promisify(gzip);

/** Masks are mostly runs of one value: what a higher level saves is not worth its time. */
const level = 2;

/**
 * A label map on the grid of a volume as a gzip NRRD file (teem.sourceforge.net/nrrd/format.html), data in
 * the same file, in the space left-posterior-superior, mm: as 3D Slicer, ITK and `readNrrd` open it.
 */
export async function writeNrrd(path: string, labels: LabelMap, grid: VolumeGrid): Promise<void> {
  await writeFile(path, await nrrdOf(labels, grid));
}

/** @throws RangeError where the labels are not of the grid's shape */
export async function nrrdOf({ data, shape }: LabelMap, grid: VolumeGrid): Promise<Uint8Array> {
  if (shape.some((count, axis) => count !== grid.shape[axis])) {
    throw new RangeError(
      `Labels of ${shape.join(' x ')} voxels do not fit a grid of ${grid.shape.join(' x ')}`,
    );
  }
  const { originMm, direction, spacingMm } = grid;
  const step = (axis: Vec3, mm: number) => vector([axis[0] * mm, axis[1] * mm, axis[2] * mm]);
  const directions = [
    step(direction.x, spacingMm[2]),
    step(direction.y, spacingMm[1]),
    step(direction.z, spacingMm[0]),
  ];
  const header = [
    'NRRD0005',
    'type: uint8',
    'dimension: 3',
    'space: left-posterior-superior',
    `sizes: ${shape.toReversed().join(' ')}`,
    `space directions: ${directions.join(' ')}`,
    'kinds: domain domain domain',
    'encoding: gzip',
    `space origin: ${vector(originMm)}`,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(header.join('\n'), 'latin1'), await deflate(data, { level })]);
}

function vector(parts: Vec3): string {
  return `(${parts.join(',')})`;
}
