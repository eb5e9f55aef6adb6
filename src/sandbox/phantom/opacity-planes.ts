import type { PlaneGrid } from './body-frame.ts';
import { clamp, smoothStep } from './geometry.ts';
import { addLesions, type Lesion } from './lesions.ts';
import type { TexturePlanes } from './texture-planes.ts';
import type { TissuePlanes } from './tissue-planes.ts';

/** How much of each pixel is diseased, 0 to 1, [y, x], wherever lung is there to be diseased. */
export interface OpacityPlanes {
  readonly groundGlass: Float32Array;
  readonly consolidation: Float32Array;
}

/** Where the summed balls of a kind end, and how wide their border is. */
const borders = {
  'ground-glass': { level: 0.42, width: 0.12 },
  consolidation: { level: 0.5, width: 0.12 },
} as const;

/** The lesions in an axial plane, with ragged borders; ground glass thins out away from the chest wall. */
export function opacityPlanes(
  lesions: readonly Lesion[],
  grid: PlaneGrid,
  z: number,
  textures: TexturePlanes,
  tissue: TissuePlanes,
): OpacityPlanes {
  const plane = (kind: Lesion['kind']) => {
    const { level, width } = borders[kind];
    const field = new Float32Array(tissue.lobe.length);
    addLesions(lesions, kind, grid, z, tissue.lobe, field);
    for (let i = 0; i < field.length; i += 1) {
      const sum = field[i] as number;
      if (sum === 0) {
        continue;
      }
      const thinned = kind === 'ground-glass' ? sum * peripheralPart(tissue.depth[i] as number) : sum;
      const ragged =
        0.12 * (textures.lesionBorder[i] as number) + 0.06 * (textures.lesionFringe[i] as number);
      field[i] = clamp(0.5 + (thinned - level + ragged) / width, 0, 1);
    }
    return field;
  };
  return { groundGlass: plane('ground-glass'), consolidation: plane('consolidation') };
}

function peripheralPart(depth: number): number {
  return 1 - 0.75 * smoothStep((depth - 30) / 25);
}
