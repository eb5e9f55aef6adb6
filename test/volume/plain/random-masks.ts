import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { type Shape3, voxelCount } from '../../../src/volume/types.ts';

export interface NamedMask {
  readonly name: string;
  readonly mask: Uint8Array;
  readonly shape: Shape3;
}

/** Sizes around words of 32 and fours of bytes, planes, lines, a single voxel. */
const shapes: readonly Shape3[] = [
  [1, 1, 1],
  [1, 1, 70],
  [1, 33, 1],
  [9, 1, 1],
  [1, 12, 31],
  [3, 7, 32],
  [4, 5, 33],
  [5, 6, 64],
  [6, 9, 13],
  [3, 4, 100],
];

/**
 * Masks that are empty, full, one voxel, noise of three densities and blocks, of many sizes. Voxels of them have
 * values from 1 to 255, and every other one starts at an odd address.
 */
export function randomMasks(seed: number): NamedMask[] {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  return shapes.flatMap((shape, k) => {
    const voxels = voxelCount(shape);
    const make = (name: string, value: (i: number) => number): NamedMask => {
      const mask = new Uint8Array(voxels + 1).subarray(k % 2, voxels + (k % 2));
      for (let i = 0; i < voxels; i++) mask[i] = value(i);
      return { name: `${name} ${shape.join('x')}`, mask, shape };
    };
    const one = below(voxels);
    const noise = (share: number) => () => (random() < share ? 1 + below(255) : 0);
    const block = 1 + below(12);
    return [
      make('empty', () => 0),
      make('full', () => 1),
      make('one voxel of', (i) => (i === one ? 200 : 0)),
      make('sparse noise', noise(0.05)),
      make('noise', noise(0.5)),
      make('dense noise', noise(0.93)),
      make('stripes', (i) => (Math.floor(i / block) % 3 === 0 ? 0 : 1)),
    ];
  });
}
