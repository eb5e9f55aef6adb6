import type { WorkGrid } from '../../../src/pipeline/lungs/work-grid.ts';
import type { Shape3 } from '../../../src/volume/types.ts';
import { neighbours, plainFlood, plainLabels, plainVotes } from '../../volume/plain/plain-kernels.ts';
import { squaredDistanceWithin } from '../../volume/plain/squared-distance.ts';

type Grid = Pick<WorkGrid, 'hu' | 'shape' | 'spacingMm'>;

/** The body mask voxel by voxel, with the numbers of src/pipeline/lungs/body-mask.ts and reclaim-lungs.ts. */
export function plainBody(grid: Grid): Uint8Array {
  const { hu, shape } = grid;
  const [depth, height, width] = shape;
  const tissue = Uint8Array.from(hu, (value) => (value >= -320 ? 1 : 0));
  const body = plainTissue(tissue, grid);
  const around = Uint8Array.from(body, (value) => 1 - value);
  const outside = plainFlood(around, shape, plainSides(tissue, grid));
  const inside = Uint8Array.from(outside, (value) => 1 - value);
  const size = height * width;
  for (let z = 0; z < depth; z++) {
    const of = <T extends Uint8Array | Int16Array>(whole: T) => whole.slice(z * size, (z + 1) * size) as T;
    const slice = plainGivenBack(
      { ...grid, hu: of(hu), shape: [1, height, width] },
      of(tissue),
      of(body),
      of(inside),
    );
    inside.set(slice, z * size);
  }
  return inside;
}

function plainTissue(tissue: Uint8Array, { shape, spacingMm }: Grid): Uint8Array {
  const planar = [1e6, spacingMm[1], spacingMm[2]] as const;
  const nearTo = (mask: Uint8Array, mm: number) =>
    Uint8Array.from(squaredDistanceWithin(mask, shape, planar, mm), (d) => (d === Infinity ? 0 : 1));
  const air = tissue.map((value) => 1 - value);
  const cores = plainLabels(
    nearTo(air, 3).map((value) => 1 - value),
    shape,
  );
  const sizes = new Map<number, number>();
  for (const label of cores) if (label !== 0) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const most = Math.max(...sizes.values());
  const largest = [...sizes.keys()].sort((a, b) => a - b).find((label) => sizes.get(label) === most);
  const core = Uint8Array.from(cores, (label) => (label === largest ? 1 : 0));
  return nearTo(core, 4.5).map((value, i) => value & (tissue[i] as number));
}

/** Air at the sides of each slice, without stretches of 150 mm or less between two of tissue. */
function plainSides(tissue: Uint8Array, { shape: [depth, height, width], spacingMm }: Grid): number[] {
  const seeds: number[] = [];
  for (let z = 0; z < depth; z++) {
    const voxel = (y: number, x: number) => (z * height + y) * width + x;
    const alongX = (y: number) => Array.from({ length: width }, (_, x) => voxel(y, x));
    const alongY = (x: number) => Array.from({ length: height }, (_, y) => voxel(y, x));
    const sides: readonly (readonly [number[], number])[] = [
      [alongX(0), spacingMm[2]],
      [alongX(height - 1), spacingMm[2]],
      [alongY(0), spacingMm[1]],
      [alongY(width - 1), spacingMm[1]],
    ];
    for (const [line, mm] of sides) {
      const isAir = line.map((i) => tissue[i] === 0);
      line.forEach((i, at) => {
        if (!isAir[at]) return;
        const before = isAir.lastIndexOf(false, at);
        const after = isAir.indexOf(false, at);
        if (before < 0 || after < 0 || after - before - 1 > 150 / mm) seeds.push(i);
      });
    }
  }
  return seeds;
}

/** One slice of the body with the lungs behind thin walls that the outer air got into, as 2. */
function plainGivenBack(
  { hu, shape, spacingMm }: Grid,
  tissue: Uint8Array,
  body: Uint8Array,
  inside: Uint8Array,
): Uint8Array {
  const fewest = 1000 / (spacingMm[1] * spacingMm[2]);
  const enclosedBy = (walls: Uint8Array) => {
    const holes = plainVotes(walls, shape, 'z');
    const labels = plainLabels(
      holes.map((hole, i) => (hole !== 0 && inside[i] === 0 ? 1 : 0)),
      shape,
    );
    return Array.from({ length: labels.reduce((a, b) => Math.max(a, b), 0) }, (_, k) =>
      [...labels.keys()].filter((i) => labels[i] === k + 1),
    ).filter((pixels) => pixels.length >= fewest);
  };
  if (enclosedBy(tissue).length === 0) return inside;
  const lung = new Uint8Array(hu.length);
  for (const pixels of enclosedBy(plainWalls(tissue, body, shape, Math.round(40 / spacingMm[2])))) {
    const sum = pixels.reduce((total, i) => total + (hu[i] as number), 0);
    if (sum > -950 * pixels.length) for (const i of pixels) lung[i] = 1;
  }
  const holes = plainVotes(lung, shape, 'z');
  return inside.map((value, i) => (value === 0 && (lung[i] !== 0 || holes[i] !== 0) ? 2 : value));
}

function plainWalls(tissue: Uint8Array, body: Uint8Array, shape: Shape3, steps: number): Uint8Array {
  let walls = body;
  for (let step = 0; step < steps; step++) {
    const before = walls;
    walls = before.map((wall, i) =>
      wall !== 0 || (tissue[i] !== 0 && neighbours(i, shape).some((next) => before[next] !== 0)) ? 1 : 0,
    );
  }
  return walls;
}
