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
  };
}

/** Makes ready for another row. */
export function clearCrossings(crossings: Crossings): void {
  crossings.first.fill(-1);
  crossings.count = 0;
}

/** Puts a crossing that has its depth into the list of a pixel. */
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
