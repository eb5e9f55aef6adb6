import { lobeColours, opacityColour } from '../../pipeline/lobe-colours.ts';
import type { TreeSketch } from '../../pipeline/trees/complete-sketch.ts';
import type { FineGrid } from '../../pipeline/trees/fine-grid.ts';
import { lobes as lobeNames } from '../../pipeline/types.ts';
import type { LabelMap } from '../../volume/types.ts';
import type { Body, Field, Material, Place } from './body.ts';
import { labelFields } from './label-fields.ts';

const glass = { opacity: 0.075, edgeOpacity: 0.8, glow: 0.55, gloss: 0.6 };
const materials = {
  opacity: { colour: opacityColour, opacity: 0.7, edgeOpacity: 0.97, glow: 0.12, gloss: 0.35 },
  vessel: { colour: [158, 150, 160], opacity: 0.85, edgeOpacity: 0.9, glow: 0, gloss: 0.2 },
  airway: { colour: [240, 234, 218], opacity: 0.88, edgeOpacity: 0.95, glow: 0.1, gloss: 0.35 },
} as const satisfies Record<string, Material>;
/** Lobes are smooth, and need no more than every other block. */
const lobeSmoothing = { smoothMm: 3, factors: [2, 2, 2] } as const;
/** The smoothing of opacities, in widths of a block, and how much their field is raised: they grow by about 1 mm, so that a small one, or one in a single thin slice, does not vanish. */
const opacitySmoothBlocks = 0.55;
const opacityGain = 2;

/** The lobes as smooth fields, in the order of their labels; undefined where there is none. */
export function lobeShells({
  grid,
  lobes,
}: Pick<TreeSketch, 'grid' | 'lobes'>): readonly (Field | undefined)[] {
  return labelFields(placeOf(grid), lobes, lobeNames.length, lobeSmoothing);
}

/**
 * What is drawn of a pair of lungs: lobes of glass, opacities, vessels and airways.
 *
 * @param opacities of the volume that the sketch was made of
 */
export function lungBodies(
  { lungBox, grid, airways, vessels }: TreeSketch,
  shells: ReturnType<typeof lobeShells>,
  opacities: LabelMap,
): readonly Body[] {
  const { spacingMm, factors } = grid;
  const place = placeOf(grid);
  const voxelMm = (axis: 0 | 1 | 2) => spacingMm[axis] / factors[axis];
  const volume: Place = {
    shape: opacities.shape,
    spacingMm: [voxelMm(0), voxelMm(1), voxelMm(2)],
    originMm: [0, 0, 0],
  };
  const smoothMm = opacitySmoothBlocks * Math.max(...spacingMm);
  const [lesions] = labelFields(volume, opacities.data, 1, { smoothMm, factors, within: lungBox });
  return [
    ...lobeNames.flatMap((name, i) => bodyOf(shells[i], { ...glass, colour: lobeColours[name] })),
    ...bodyOf(lesions && grown(lesions), materials.opacity),
    ...bodyOf({ ...place, values: vessels }, materials.vessel),
    ...bodyOf({ ...place, values: airways }, materials.airway),
  ];
}

function placeOf({ shape, spacingMm, factors, box }: FineGrid): Place {
  const middleMm = (axis: 0 | 1 | 2) =>
    (box.start[axis] + (factors[axis] - 1) / 2) * (spacingMm[axis] / factors[axis]);
  return { shape, spacingMm, originMm: [middleMm(2), middleMm(1), middleMm(0)] };
}

function bodyOf(field: Field | undefined, material: Material): readonly Body[] {
  return field === undefined ? [] : [{ field, material }];
}

function grown(field: Field): Field {
  return { ...field, values: field.values.map((value) => opacityGain * value) };
}
