import { opacityColour } from '../../pipeline/lobe-colours.ts';
import { type Lobe, lobes } from '../../pipeline/types.ts';
import type { Colour, Picture } from '../picture.ts';
import { haloColour, lobeLineColours } from './picture-colours.ts';
import { smoothOutline } from './smooth-outline.ts';
import { type Line, type Stroke, strokeLines } from './stroke-lines.ts';
import { type LabelPlane, traceOutlines } from './trace-outlines.ts';

/** Widths in pixels. */
export interface OutlineWidths {
  readonly lobe: number;
  readonly opacity: number;
}

/**
 * Outlines lobes, and over them opacities, on a picture that covers the same as their planes. A lobe's line lies
 * within it, so that both sides of a fissure have one; that of an opacity lies on its edge, in a dark rim.
 */
export function drawOutlines(
  picture: Picture,
  planes: { readonly lobes: LabelPlane; readonly opacities: LabelPlane },
  widths: OutlineWidths,
): void {
  const inset = widths.lobe / 2;
  const ofLobes = linesByLabel(picture, planes.lobes, inset);
  lobes.forEach((lobe, index) => {
    strokeLines(picture, ofLobes.get(index + 1) ?? [], lobeStrokes(lobe, widths.lobe));
  });
  const ofOpacities = [...linesByLabel(picture, planes.opacities, 0).values()].flat();
  strokeLines(picture, ofOpacities, rimmed(opacityColour, widths.opacity));
}

function lobeStrokes(lobe: Lobe, width: number): readonly Stroke[] {
  return [{ colour: lobeLineColours[lobe], width, opacity: 1 }];
}

function rimmed(colour: Colour, width: number): readonly Stroke[] {
  return [
    { colour: haloColour, width: width + 2, opacity: 0.45 },
    { colour, width, opacity: 1 },
  ];
}

/** Smooth outlines in pixels. */
function linesByLabel({ width, height }: Picture, plane: LabelPlane, inset: number): Map<number, Line[]> {
  const [rows, columns] = plane.size;
  const lines = new Map<number, Line[]>();
  for (const { label, points } of traceOutlines(plane)) {
    const scaled = points.map((value, i) =>
      i % 2 === 0 ? (value * width) / columns : (value * height) / rows,
    );
    const line = { points: smoothOutline(scaled, inset), closed: true };
    lines.set(label, [...(lines.get(label) ?? []), line]);
  }
  return lines;
}
