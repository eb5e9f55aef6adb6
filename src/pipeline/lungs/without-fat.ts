import { labelComponents, meansOf } from '../../volume/components.ts';
import { dilate } from '../../volume/morphology.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

/** Nearer than this to aerated lung the HU are those of mixed blocks, and tell nothing about what is dense (mm). */
const apartMm = 8;
/** Fat (mean HU). Lung without air is as dense as blood or muscle; ground glass is darker than fat. */
const fatHu = { min: -150, max: -30 };
/** Glass and consolidation side by side may have that mean, too: the network is surer of them (mean, of 255). */
const sure = 230;

/**
 * What the network says, without the pieces apart from aerated lung that are as dense as fat and of which it is
 * not sure: they are chest wall, axilla or back, which a network that never saw such a body may take for a white
 * lung.
 */
export function withoutFat(
  { hu, shape, spacingMm }: WorkGrid,
  aerated: Uint8Array,
  network: GridLobes,
): GridLobes {
  const near = dilate(aerated, shape, spacingMm, apartMm);
  const apart = near.map((value, i) => (value === 0 && (network.lung[i] as number) >= likelyLung ? 1 : 0));
  const pieces = labelComponents(apart, shape);
  const meanLung = meansOf(pieces, network.lung);
  const isFat = meansOf(pieces, hu).map((mean, label) =>
    mean > fatHu.min && mean < fatHu.max && (meanLung[label] as number) < sure ? 1 : 0,
  );
  const lung = network.lung.map((value, i) => (isFat[pieces.labels[i] as number] === 1 ? 0 : value));
  return { ...network, lung };
}
