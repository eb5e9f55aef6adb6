import { labelComponents } from '../../volume/components.ts';
import { dilate } from '../../volume/morphology.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

/** Nearer than this to aerated lung the HU are those of mixed blocks, and tell nothing about what is dense (mm). */
const apartMm = 8;
/** Fat (mean HU). Lung without air is as dense as blood or muscle; ground glass is darker than fat. */
const fatHu = { min: -150, max: -30 };

/**
 * What the network says, without the pieces apart from aerated lung that are as dense as fat: they are chest wall,
 * axilla or back, which a network that never saw such a body may take for a white lung.
 */
export function withoutFat(
  { hu, shape, spacingMm }: WorkGrid,
  aerated: Uint8Array,
  network: GridLobes,
): GridLobes {
  const near = dilate(aerated, shape, spacingMm, apartMm);
  const apart = near.map((value, i) => (value === 0 && (network.lung[i] as number) >= likelyLung ? 1 : 0));
  const { labels, count, sizes } = labelComponents(apart, shape);
  const mean = new Float64Array(count + 1);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0) mean[label] = (mean[label] as number) + (hu[i] as number) / (sizes[label] as number);
  }
  const isFat = mean.map((value) => (value > fatHu.min && value < fatHu.max ? 1 : 0));
  const lung = network.lung.map((value, i) => {
    const label = labels[i] as number;
    return label !== 0 && isFat[label] === 1 ? 0 : value;
  });
  return { ...network, lung };
}
