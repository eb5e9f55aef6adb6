import type { Picture } from '../picture.ts';
import type { BodyPlane, PlaneKind } from './body-plane.ts';
import { drawText, textWidth } from './draw-text.ts';
import { fillBox } from './fill-box.ts';
import { haloColour, inkColour } from './picture-colours.ts';

/** Where the sides of the patient are: right and left, front (anterior) and back (posterior), head and feet. */
const marks: Readonly<
  Record<
    PlaneKind,
    { readonly left: string; readonly right: string; readonly top?: string; readonly bottom?: string }
  >
> = {
  transverse: { left: 'R', right: 'L' },
  coronal: { left: 'R', right: 'L', top: 'H', bottom: 'F' },
  sagittal: { left: 'A', right: 'P', top: 'H', bottom: 'F' },
};
/** From a letter to the edge of the picture, in heights of a capital. */
const edgeOfSize = 0.5;

/** A scale bar has the longest of these lengths that is at most a third of the picture. */
const barLengthsMm = [1, 2, 5, 10, 20, 50] as const;

/**
 * Marks the sides of the patient and draws a scale bar. Where the plane lies is said beside the picture: a text within
 * it would hide what is below, or be too small to read where the picture is shown small.
 *
 * @param size height of a capital, pixels
 */
export function drawFurniture(picture: Picture, plane: BodyPlane, size: number): void {
  drawMarks(picture, plane.kind, size);
  drawScaleBar(picture, picture.width / plane.sizeMm[1], size);
}

function drawMarks(picture: Picture, kind: PlaneKind, textSize: number): void {
  const { width, height } = picture;
  const { left, right, top, bottom } = marks[kind];
  const size = textSize * 1.4;
  const edge = textSize * edgeOfSize;
  const middle = height / 2 + size / 2;
  drawText(picture, left, { x: edge, baseline: middle, size });
  drawText(picture, right, { x: width - edge, baseline: middle, align: 'right', size });
  if (top !== undefined) {
    drawText(picture, top, { x: width / 2, baseline: edge + size, align: 'middle', size });
  }
  if (bottom !== undefined) {
    drawText(picture, bottom, { x: width / 2, baseline: height - edge, align: 'middle', size });
  }
}

function drawScaleBar(picture: Picture, pixelsPerMm: number, size: number): void {
  const fitting = barLengthsMm.filter((mm) => mm * pixelsPerMm <= picture.width / 3);
  const mm = fitting.at(-1) ?? barLengthsMm[0];
  const thick = Math.max(2, Math.round(size / 5));
  // A label that is wider than the bar stays within the picture.
  const label = `${mm} mm`;
  const beside = Math.max(0, (textWidth(label, size) - mm * pixelsPerMm) / 2);
  const right = Math.floor(picture.width - size * edgeOfSize - beside);
  const bottom = Math.floor(picture.height - size * edgeOfSize);
  const bar = { left: right - mm * pixelsPerMm, top: bottom - thick, right, bottom };
  const rim = { left: bar.left - 2, top: bar.top - 2, right: right + 2, bottom: bottom + 2 };
  fillBox(picture, rim, haloColour, 0.85);
  fillBox(picture, bar, inkColour);
  drawText(picture, label, {
    x: (bar.left + bar.right) / 2,
    baseline: bar.top - size * 0.6,
    align: 'middle',
    size,
  });
}
