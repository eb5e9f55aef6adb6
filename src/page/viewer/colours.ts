/** The colours of the report: Okabe and Ito 2008, and vermilion for opacities. By label. */
export const lobeColours = [
  { lobe: 'RUL', name: 'Right upper lobe', rgb: [86, 180, 233] },
  { lobe: 'RML', name: 'Right middle lobe', rgb: [240, 228, 66] },
  { lobe: 'RLL', name: 'Right lower lobe', rgb: [0, 158, 115] },
  { lobe: 'LUL', name: 'Left upper lobe', rgb: [0, 114, 178] },
  { lobe: 'LLL', name: 'Left lower lobe', rgb: [204, 121, 167] },
] as const;
export const opacityRgb = [255, 64, 0] as const;

type Rgb = readonly [number, number, number];

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
