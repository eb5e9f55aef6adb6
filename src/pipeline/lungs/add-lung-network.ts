import { type GridLabels, type GridLobes, likelyLung } from './network-on-grid.ts';

/**
 * What the lobe network says, with the opinion of a network that knows the two lungs only (label 1 right, 2
 * left): lung is what either of them calls lung, so the second one can add to the lungs and never take away. Where
 * it is sure of lung its side goes before that of the lobe; which lobe it is, the lobe network says alone.
 */
export function addLungNetwork(lobes: GridLabels, lungs: GridLabels): GridLobes {
  const lung = lobes.lung.map((probability, i) => Math.max(probability, lungs.lung[i] as number));
  const side = lungs.label.map((label, i) => ((lungs.lung[i] as number) >= likelyLung ? label : 0));
  return { lung, lobe: lobes.label, side };
}
