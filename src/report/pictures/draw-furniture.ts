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
/** From a letter to the edge of the picture, and from line to line, in heights of a capital. */
const edgeOfSize = 0.8;
const lineHeight = 1.6;

const axes: Readonly<Record<PlaneKind, string>> = { transverse: 'z', coronal: 'y', sagittal: 'x' };

/** A scale bar has the longest of these lengths that is at most a third of the picture. */
const barLengthsMm = [1, 2, 5, 10, 20, 50] as const;

/**
 * Marks the sides of the patient, says where the plane lies in the patient's frame (LPS) and which of how many it is,
 * counted from feet, front or right, and draws a scale bar. Nothing needs a translation.
 *
 * @param size height of a capital, pixels
 */
export function drawFurniture(picture: Picture, plane: BodyPlane, size: number): void {
  const edge = size * edgeOfSize;
  const lines = [`${axes[plane.kind]} ${fixed(plane.positionMm)} mm`, `${plane.index + 1}/${plane.planes}`];
  const label = {
    right: edge + Math.max(...lines.map((line) => textWidth(line, size))),
    bottom: edge + size * (1 + lineHeight),
  };
  drawMarks(picture, plane.kind, size, label);
  lines.forEach((line, i) => {
    drawText(picture, line, { x: edge, baseline: edge + size * (1 + lineHeight * i), size });
  });
  drawScaleBar(picture, picture.width / plane.sizeMm[1], size);
}

/** Below the label in the upper left corner where a picture is too narrow for both. */
function drawMarks(
  picture: Picture,
  kind: PlaneKind,
  textSize: number,
  label: { readonly right: number; readonly bottom: number },
): void {
  const { width, height } = picture;
  const { left, right, top, bottom } = marks[kind];
  const size = textSize * 1.4;
  const edge = textSize * edgeOfSize;
  const middle = height / 2 + size / 2;
  drawText(picture, left, { x: edge, baseline: middle, size });
  drawText(picture, right, { x: width - edge, baseline: middle, align: 'right', size });
  if (top !== undefined) {
    const isNarrow = label.right + size > width / 2;
    const baseline = (isNarrow ? label.bottom : 0) + edge + size;
    drawText(picture, top, { x: width / 2, baseline, align: 'middle', size });
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
  const rim = { left: bar.left - 1, top: bar.top - 1, right: right + 1, bottom: bottom + 1 };
  fillBox(picture, rim, haloColour, 0.75);
  fillBox(picture, bar, inkColour);
  drawText(picture, label, {
    x: (bar.left + bar.right) / 2,
    baseline: bar.top - size * 0.6,
    align: 'middle',
    size,
  });
}

/** One decimal, and no minus before nothing. */
function fixed(mm: number): string {
  const text = mm.toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}
