import { type LabelMap, type Shape3, voxelCount } from '../../volume/types.ts';
import type { FineGrid } from './fine-grid.ts';

/**
 * A mask of the fine grid [z, y, x] on the volume's own grid: each voxel of its blocks for which `belongs`
 * says so.
 *
 * @param belongs asked with the index in the volume and in the fine grid
 */
export function outline(
  { shape, factors, box }: FineGrid,
  blocks: Uint8Array,
  volumeShape: Shape3,
  belongs: (voxel: number, block: number) => boolean,
): LabelMap {
  const data = new Uint8Array(voxelCount(volumeShape));
  const [, height, width] = volumeShape;
  let block = 0;
  for (let z = 0; z < shape[0]; z++) {
    const z0 = box.start[0] + z * factors[0];
    const z1 = Math.min(z0 + factors[0], box.end[0]);
    for (let y = 0; y < shape[1]; y++) {
      const y0 = box.start[1] + y * factors[1];
      const y1 = Math.min(y0 + factors[1], box.end[1]);
      for (let x = 0; x < shape[2]; x++, block++) {
        if (blocks[block] === 0) continue;
        const x0 = box.start[2] + x * factors[2];
        const x1 = Math.min(x0 + factors[2], box.end[2]);
        for (let i = z0; i < z1; i++) {
          for (let j = y0; j < y1; j++) {
            const row = (i * height + j) * width;
            for (let k = row + x0; k < row + x1; k++) if (belongs(k, block)) data[k] = 1;
          }
        }
      }
    }
  }
  return { data, shape: volumeShape };
}
