import type { Rgb } from '../../pipeline/lobe-colours.ts';

/** Colours of labels 1, 2, ... as a colour map over 0..255 whose nodes are the labels; 0 is transparent. */
export function labelColormap(colours: readonly Rgb[]) {
  const last = colours.at(-1) ?? [0, 0, 0];
  const nodes: readonly Rgb[] = [[0, 0, 0], ...colours, last];
  return {
    R: nodes.map(([red]) => red),
    G: nodes.map(([, green]) => green),
    B: nodes.map(([, , blue]) => blue),
    A: nodes.map((_, index) => (index === 0 ? 0 : 255)),
    I: nodes.map((_, index) => (index === nodes.length - 1 ? 255 : index)),
  };
}
