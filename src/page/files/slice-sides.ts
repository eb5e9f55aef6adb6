/** Letters of the patient's sides at the edges of an image. */
export interface SliceSides {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** Towards less and towards more of x, y and z of the patient's frame (LPS). */
const ends = [
  ['R', 'L'],
  ['A', 'P'],
  ['F', 'H'],
] as const;

/**
 * The sides of an image by its Image Orientation (Patient): direction cosines of a row and of a column (PS3.3 C.7.6.2.1.1).
 *
 * @returns undefined for what are no six numbers
 */
export function sliceSides(orientation: readonly number[]): SliceSides | undefined {
  if (orientation.length !== 6 || !orientation.every(Number.isFinite)) return undefined;
  const [left, right] = endsAlong(orientation.slice(0, 3));
  const [top, bottom] = endsAlong(orientation.slice(3));
  return { left, right, top, bottom };
}

/** Where a direction comes from, and where it goes. */
function endsAlong(direction: readonly number[]): readonly [string, string] {
  const lengths = direction.map(Math.abs);
  const axis = lengths.indexOf(Math.max(...lengths)) as 0 | 1 | 2;
  const [less, more] = ends[axis];
  return (direction[axis] ?? 0) < 0 ? [more, less] : [less, more];
}
