import type { Colour, Picture } from './picture.ts';

/** A plane of labels [y, x] that covers the same as a picture, in its own number of pixels. */
export interface LabelPlane {
  readonly data: Uint8Array;
  readonly size: readonly [height: number, width: number];
}

/**
 * Draws the outline of every label into a picture, one pixel wide, on the label's own side of the edge. Where the
 * picture ends is no edge.
 *
 * @param colours by label; a label without one is not drawn
 */
export function drawContours(
  { data, width, height }: Picture,
  { data: labels, size }: LabelPlane,
  colours: ReadonlyMap<number, Colour>,
): void {
  const [rows, columns] = size;
  const rowOf = Int32Array.from({ length: height }, (_, y) => Math.floor(((y + 0.5) * rows) / height));
  const columnOf = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * columns) / width));
  const inside = (at: number, end: number) => Math.min(end - 1, Math.max(0, at));
  const labelAt = (y: number, x: number) =>
    labels[(rowOf[inside(y, height)] as number) * columns + (columnOf[inside(x, width)] as number)] as number;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labelAt(y, x);
      const colour = colours.get(label);
      if (colour === undefined) continue;
      const isEdge =
        labelAt(y - 1, x) !== label ||
        labelAt(y + 1, x) !== label ||
        labelAt(y, x - 1) !== label ||
        labelAt(y, x + 1) !== label;
      if (isEdge) data.set(colour, 3 * (y * width + x));
    }
  }
}
