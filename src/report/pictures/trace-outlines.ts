/** Labels of a plane [row, column]. */
export interface LabelPlane {
  readonly data: Uint8Array;
  readonly size: readonly [rows: number, columns: number];
}

/** A closed outline in samples: sample (row 0, column 0) covers 0 to 1 in x and y. */
export interface Outline {
  readonly label: number;
  /**
   * x0, y0, x1, y1 and so on: the middle of every side that a sample of the label shares with another one, which is
   * where marching squares (Lorensen and Cline 1987, in two dimensions) put them at half height. The label lies on
   * the right of one who walks along it, rows counted downwards.
   */
  readonly points: Float64Array;
}

/** Steps to the right, down, left and up; a turn to the right is the next one. */
const stepX = [1, 0, -1, 0] as const;
const stepY = [0, 1, 0, -1] as const;
/** From a corner that is reached in such a step to the sample ahead of it on the right; the left one is a turn before. */
const rightX = [0, -1, -1, 0] as const;
const rightY = [0, 0, -1, -1] as const;

/** The outlines of all labels but 0. Samples that touch at a corner are joined. The edge of the plane is an edge. */
export function traceOutlines({ data, size }: LabelPlane): readonly Outline[] {
  const [rows, columns] = size;
  const walked = new Uint8Array(data.length);
  const outlines: Outline[] = [];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const label = data[at] as number;
      if (label === 0 || walked[at] === 1) continue;
      if (row > 0 && data[at - columns] === label) continue;
      outlines.push({ label, points: walk({ data, size }, row, column, walked) });
    }
  }
  return outlines;
}

/** From the upper left corner of a sample along its upper side, round its label and back. Marks upper sides. */
function walk(
  { data, size: [rows, columns] }: LabelPlane,
  row: number,
  column: number,
  walked: Uint8Array,
): Float64Array {
  const label = data[row * columns + column] as number;
  const isInside = (x: number, y: number, heading: number) => {
    const sampleX = x + (rightX[heading] as number);
    const sampleY = y + (rightY[heading] as number);
    const isThere = sampleX >= 0 && sampleX < columns && sampleY >= 0 && sampleY < rows;
    return isThere && data[sampleY * columns + sampleX] === label;
  };
  const points: number[] = [];
  let [x, y, heading] = [column, row, 0];
  do {
    if (heading === 0) walked[y * columns + x] = 1;
    const dx = stepX[heading] as number;
    const dy = stepY[heading] as number;
    points.push(x + dx / 2, y + dy / 2);
    x += dx;
    y += dy;
    const toLeft = (heading + 3) % 4;
    if (isInside(x, y, toLeft)) heading = toLeft;
    else if (!isInside(x, y, heading)) heading = (heading + 1) % 4;
  } while (x !== column || y !== row || heading !== 0);
  return Float64Array.from(points);
}
