import type { TreeSketch } from '../../pipeline/trees/sketch-trees.ts';
import { lobes as lobeNames } from '../../pipeline/types.ts';
import { lobeColours, opacityColour } from '../overlay-picture.ts';
import type { Body, Field, Material, Place } from './body.ts';
import { labelFields } from './label-fields.ts';

const glass = { opacity: 0.075, edgeOpacity: 0.8, glow: 0.55, gloss: 0.6 };
const materials = {
  opacity: { colour: opacityColour, opacity: 0.92, edgeOpacity: 0.97, glow: 0.12, gloss: 0.35 },
  vessel: { colour: [158, 150, 160], opacity: 0.85, edgeOpacity: 0.9, glow: 0, gloss: 0.2 },
  airway: { colour: [240, 234, 218], opacity: 0.88, edgeOpacity: 0.95, glow: 0.1, gloss: 0.35 },
} as const satisfies Record<string, Material>;
/** Lobes are smooth, and need no more than every other block. */
const lobeSmoothing = { smoothMm: 2.4, factor: 2 };
/** Opacities keep their corners, and grow a little: one that is as small as a block must not vanish. */
const opacitySmoothBlocks = 0.65;
const opacityGain = 1.45;

/** What is drawn of a pair of lungs: lobes of glass, opacities, vessels and airways. */
export function lungBodies({ grid, lobes, opaque, airways, vessels }: TreeSketch): readonly Body[] {
  const { shape, spacingMm, factors, box } = grid;
  const middleMm = (axis: 0 | 1 | 2) =>
    ((box.start[axis] + (factors[axis] - 1) / 2) * spacingMm[axis]) / factors[axis];
  const place: Place = { shape, spacingMm, originMm: [middleMm(2), middleMm(1), middleMm(0)] };
  const shells = labelFields(place, lobes, lobeNames.length, lobeSmoothing);
  const smoothMm = opacitySmoothBlocks * Math.max(...spacingMm);
  const [lesions] = labelFields(place, opaque, 1, { smoothMm, factor: 1 });
  if (lesions !== undefined) lesions.values.forEach((value, i) => (lesions.values[i] = opacityGain * value));
  return [
    ...lobeNames.flatMap((name, i) => bodyOf(shells[i], { ...glass, colour: lobeColours[name] })),
    ...bodyOf(lesions, materials.opacity),
    ...bodyOf({ ...place, values: vessels }, materials.vessel),
    ...bodyOf({ ...place, values: airways }, materials.airway),
  ];
}

function bodyOf(field: Field | undefined, material: Material): readonly Body[] {
  return field === undefined ? [] : [{ field, material }];
}
