/** Where the rays of one row of pixels cross surfaces: a list for each pixel, from front to back. */
export interface Crossings {
  /** By column: the first crossing, or -1. */
  readonly first: Int32Array;
  /** By crossing: the next one behind it, or -1. */
  readonly next: Int32Array;
  /** mm along the volume's y. */
  readonly depthMm: Float32Array;
  /** x, y and z of the unit normal that points out of the body. */
  readonly normals: Float32Array;
  /** How much of the pixel the body covers, 0 to 1. */
  readonly cover: Float32Array;
  /** Index of the body. */
  readonly body: Uint8Array;
  count: number;
  /** While the rays through one body are followed, by crossing: the pixel's column, */
  readonly column: Int32Array;
  /** where it lies in the values of the field, */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** how steep the field is there across the ray, per mm, */
  readonly steepness: Float64Array;
  /** where the ray leaves the body: the crossing at which it went in, else -1, */
  readonly entry: Int32Array;
  /** and the greatest value in between. */
  readonly peak: Float64Array;
}

/** A ray crosses fewer surfaces than this on average; what is beyond is left out. */
const mostPerPixel = 96;

export function newCrossings(width: number): Crossings {
  const most = width * mostPerPixel;
  return {
    first: new Int32Array(width).fill(-1),
    next: new Int32Array(most),
    depthMm: new Float32Array(most),
    normals: new Float32Array(3 * most),
    cover: new Float32Array(most),
    body: new Uint8Array(most),
    count: 0,
    column: new Int32Array(most),
    x: new Float64Array(most),
    y: new Float64Array(most),
    steepness: new Float64Array(most),
    entry: new Int32Array(most),
    peak: new Float64Array(most),
  };
}

/** Makes ready for another row. */
export function clearCrossings(crossings: Crossings): void {
  crossings.first.fill(-1);
  crossings.count = 0;
}

/** Puts a crossing that has its depth into the list of its pixel. */
export function insertCrossing({ first, next, depthMm }: Crossings, column: number, crossing: number): void {
  const depth = depthMm[crossing] as number;
  let before = -1;
  let behind = first[column] as number;
  while (behind >= 0 && (depthMm[behind] as number) < depth) {
    before = behind;
    behind = next[behind] as number;
  }
  next[crossing] = behind;
  if (before < 0) first[column] = crossing;
  else next[before] = crossing;
}
