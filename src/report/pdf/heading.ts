import { artifact, type Element, ink, type Pen, rule, set, tagged } from './pen.ts';

/** A heading over a thin line. @returns where what it heads begins */
export function drawHeading(
  pen: Pen,
  parent: Element,
  text: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
): number {
  tagged(pen, parent, 'H2', () => set(pen, text, { x, baseline: y + 8, width }, { size: 8, bold: true }));
  artifact(pen, () => rule(pen, x, y + 11.5, width, ink.rule));
  return y + 14;
}
