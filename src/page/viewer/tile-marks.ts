/** What is written over one plane, or over the view in 3D, so that a reader knows where things are and how large. */
export interface TileMarks {
  /** Letters of the patient's sides: right, left, front (anterior), back (posterior), head, feet. */
  readonly letters: readonly { readonly text: string; readonly side: Side; readonly at: Point }[];
  /** The point whose HU is told. */
  readonly point: Point | undefined;
  readonly bar:
    | { readonly mm: number; readonly width: number; readonly right: number; readonly bottom: number }
    | undefined;
}

export type Side = 'left' | 'right' | 'top' | 'bottom';

/** Of the canvas: x to the right, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of the canvas. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A plane as it is drawn: which coordinates (RAS, mm) run along its sides, and which part of the image is seen. */
export interface PlaneTile {
  readonly box: Box;
  /** 0 right-left, 1 back-front, 2 feet-head: across and upwards. */
  readonly axes: readonly [across: Axis, up: Axis];
  /** At the left edge and over the whole width; the latter is negative where the coordinate falls to the right. */
  readonly across: { readonly from: number; readonly by: number };
  /** At the lower edge, and over the whole height. */
  readonly up: { readonly from: number; readonly by: number };
  /** Of the image: least and most along both axes. */
  readonly image: { readonly across: Range; readonly up: Range };
  readonly point: readonly [across: number, up: number];
}

export type Axis = 0 | 1 | 2;
type Range = readonly [least: number, most: number];

/** Towards less and towards more of each coordinate. */
const ends = [
  ['L', 'R'],
  ['P', 'A'],
  ['F', 'H'],
] as const;
/** A scale bar has the longest of these lengths that is at most a third of what is seen. */
const barLengthsMm = [1, 2, 5, 10, 20, 50, 100] as const;

/** The marks of a plane: letters in the middle of the sides of the image, as far as it is seen. */
export function planeMarks({ box, axes, across, up, image, point }: PlaneTile): TileMarks {
  const x = (mm: number) => box.left + ((mm - across.from) / across.by) * box.width;
  const y = (mm: number) => box.top + box.height - ((mm - up.from) / up.by) * box.height;
  const [left, right] = within([x(image.across[0]), x(image.across[1])], box.left, box.width);
  const [top, bottom] = within([y(image.up[0]), y(image.up[1])], box.top, box.height);
  const [toLess, toMore] = ends[axes[0]];
  const [below, above] = ends[axes[1]];
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const pixelsPerMm = box.width / Math.abs(across.by);
  const mm =
    barLengthsMm.filter((length) => length * pixelsPerMm <= (right - left) / 3).at(-1) ?? barLengthsMm[0];
  return {
    letters: [
      { text: across.by < 0 ? toMore : toLess, side: 'left', at: { x: left, y: middle.y } },
      { text: across.by < 0 ? toLess : toMore, side: 'right', at: { x: right, y: middle.y } },
      { text: up.by < 0 ? below : above, side: 'top', at: { x: middle.x, y: top } },
      { text: up.by < 0 ? above : below, side: 'bottom', at: { x: middle.x, y: bottom } },
    ],
    point: seen(box, { x: x(point[0]), y: y(point[1]) }),
    bar: { mm, width: mm * pixelsPerMm, right, bottom },
  };
}

/**
 * The marks of the view in 3D: which sides of the patient are where, of several the nearer first.
 *
 * @param matrix - [4, 4], columns first: from mm (RAS) to the canvas, -1 to 1, y upwards
 */
export function volumeMarks(box: Box, matrix: ArrayLike<number>): TileMarks {
  const towards = (row: 0 | 1, sign: 1 | -1, length: number) => {
    const parts = ([0, 1, 2] as const).map((axis) => sign * (matrix[axis * 4 + row] ?? 0) * length);
    const most = Math.max(...parts.map(Math.abs));
    return ([0, 1, 2] as const)
      .filter((axis) => Math.abs(parts[axis] ?? 0) > most * secondLetter)
      .sort((a, b) => Math.abs(parts[b] ?? 0) - Math.abs(parts[a] ?? 0))
      .map((axis) => ends[axis][(parts[axis] ?? 0) > 0 ? 1 : 0])
      .join('');
  };
  const { left, top, width, height } = box;
  const middle = { x: left + width / 2, y: top + height / 2 };
  return {
    letters: [
      { text: towards(0, -1, width), side: 'left', at: { x: left, y: middle.y } },
      { text: towards(0, 1, width), side: 'right', at: { x: left + width, y: middle.y } },
      { text: towards(1, 1, height), side: 'top', at: { x: middle.x, y: top } },
      { text: towards(1, -1, height), side: 'bottom', at: { x: middle.x, y: top + height } },
    ],
    point: undefined,
    bar: undefined,
  };
}

/** A side has a second letter where it is turned by more than 22.5 degrees (its tangent). */
const secondLetter = 0.414;

/** Two places in order, and no further than the box. */
function within([a, b]: readonly [number, number], from: number, length: number): readonly [number, number] {
  const inside = (at: number) => Math.min(from + length, Math.max(from, at));
  return [inside(Math.min(a, b)), inside(Math.max(a, b))];
}

function seen({ left, top, width, height }: Box, at: Point): Point | undefined {
  const isSeen = at.x >= left && at.x <= left + width && at.y >= top && at.y <= top + height;
  return isSeen ? at : undefined;
}
