import type { Colour, Picture } from '../picture.ts';

/** Points x0, y0, x1, y1 and so on, in pixels; the centre of the first pixel is (0.5, 0.5). */
export interface Line {
  readonly points: Float64Array;
  /** Whether the last point is joined to the first. */
  readonly closed: boolean;
}

export interface Stroke {
  readonly colour: Colour;
  /** Pixels; need not be whole. */
  readonly width: number;
  /** 0 to 1. */
  readonly opacity: number;
}

/** Pixels of a picture, `right` and `bottom` exclusive. */
interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Draws lines with soft edges and round ends, once with every stroke, one over the other. However often lines cross,
 * a stroke covers a pixel once. What lies outside the picture is not drawn.
 */
export function strokeLines(picture: Picture, lines: readonly Line[], strokes: readonly Stroke[]): void {
  const reach = Math.max(0, ...strokes.map(({ width }) => width / 2 + 0.5));
  const area = areaOf(lines, reach, picture);
  if (area.right <= area.left || area.bottom <= area.top) return;
  const squares = squaredDistances(lines, area, reach);
  for (const stroke of strokes) cover(picture, area, squares, stroke);
}

function areaOf(lines: readonly Line[], reach: number, { width, height }: Picture): Area {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const { points } of lines) {
    for (let i = 0; i < points.length; i += 2) {
      const x = points[i] as number;
      const y = points[i + 1] as number;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  return {
    left: Math.max(0, Math.floor(left - reach)),
    top: Math.max(0, Math.floor(top - reach)),
    right: Math.min(width, Math.ceil(right + reach)),
    bottom: Math.min(height, Math.ceil(bottom + reach)),
  };
}

/** Of each pixel of the area, the square of the distance to the nearest line, where that is within reach. */
function squaredDistances(lines: readonly Line[], area: Area, reach: number): Float32Array {
  const squares = new Float32Array((area.right - area.left) * (area.bottom - area.top)).fill(Infinity);
  for (const { points, closed } of lines) {
    const count = points.length / 2;
    const segments = closed ? count : Math.max(1, count - 1);
    for (let i = 0; i < segments; i++) {
      const j = (i + 1) % count;
      lower(squares, area, reach, points, 2 * i, 2 * j);
    }
  }
  return squares;
}

/** By the segment between two of the points, of which the indices of x are given. */
function lower(
  squares: Float32Array,
  area: Area,
  reach: number,
  points: Float64Array,
  a: number,
  b: number,
): void {
  const ax = points[a] as number;
  const ay = points[a + 1] as number;
  const bx = points[b] as number;
  const by = points[b + 1] as number;
  const dx = bx - ax;
  const dy = by - ay;
  const length2 = dx * dx + dy * dy;
  const left = Math.max(area.left, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(area.right, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(area.top, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(area.bottom, Math.ceil(Math.max(ay, by) + reach));
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - ay;
    let at = (y - area.top) * (area.right - area.left) + left - area.left;
    for (let x = left; x < right; x++, at++) {
      const px = x + 0.5 - ax;
      let along = length2 === 0 ? 0 : (px * dx + py * dy) / length2;
      along = along < 0 ? 0 : along > 1 ? 1 : along;
      const ex = px - along * dx;
      const ey = py - along * dy;
      const square = ex * ex + ey * ey;
      if (square < (squares[at] as number)) squares[at] = square;
    }
  }
}

function cover({ data, width }: Picture, area: Area, squares: Float32Array, stroke: Stroke): void {
  const edge = stroke.width / 2 + 0.5;
  const [red, green, blue] = stroke.colour;
  let at = 0;
  for (let y = area.top; y < area.bottom; y++) {
    let p = 3 * (y * width + area.left);
    for (let x = area.left; x < area.right; x++, at++, p += 3) {
      const square = squares[at] as number;
      if (square >= edge * edge) continue;
      const part = Math.min(1, stroke.width, edge - Math.sqrt(square)) * stroke.opacity;
      data[p] = Math.round((data[p] as number) * (1 - part) + red * part);
      data[p + 1] = Math.round((data[p + 1] as number) * (1 - part) + green * part);
      data[p + 2] = Math.round((data[p + 2] as number) * (1 - part) + blue * part);
    }
  }
}
