/** Outlines with fewer points are left as they are: a dot has no steps. */
const fewestPoints = 12;
/** Binomial passes; eight are a Gaussian of two points, which is about two samples. */
const mostPasses = 8;

/**
 * A closed outline without its steps: its points averaged with their neighbours, then moved along the normal so that
 * the area within is what it was (a circle would shrink), and from there inwards.
 *
 * @param points x0, y0, x1, y1 and so on, what it surrounds on the right; rows counted downwards
 * @param inset how far inwards, in the unit of the points
 */
export function smoothOutline(points: Float64Array, inset: number): Float64Array {
  const count = points.length / 2;
  const passes = count < fewestPoints ? 0 : Math.min(mostPasses, Math.floor(count / 4));
  let smooth = points;
  for (let i = 0; i < passes; i++) smooth = average(smooth);
  const { area, length } = measure(smooth);
  if (length === 0) return smooth;
  const outwards = (measure(points).area - area) / length - inset;
  return outwards === 0 ? smooth : shift(smooth, outwards);
}

function average(points: Float64Array): Float64Array {
  const end = points.length;
  const out = new Float64Array(end);
  for (let i = 0; i < end; i++) {
    const before = points[i < 2 ? i + end - 2 : i - 2] as number;
    const after = points[i >= end - 2 ? i - end + 2 : i + 2] as number;
    out[i] = (before + after) / 4 + (points[i] as number) / 2;
  }
  return out;
}

/** Area within, below 0 for a hole, and length. */
function measure(points: Float64Array): { readonly area: number; readonly length: number } {
  let [area, length] = [0, 0];
  const end = points.length;
  for (let i = 0; i < end; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    const nextX = points[(i + 2) % end] as number;
    const nextY = points[(i + 3) % end] as number;
    area += (x * nextY - nextX * y) / 2;
    length += Math.sqrt((nextX - x) ** 2 + (nextY - y) ** 2);
  }
  return { area, length };
}

function shift(points: Float64Array, outwards: number): Float64Array {
  const end = points.length;
  const out = new Float64Array(end);
  for (let i = 0; i < end; i += 2) {
    const dx = (points[(i + 2) % end] as number) - (points[(i + end - 2) % end] as number);
    const dy = (points[(i + 3) % end] as number) - (points[(i + end - 1) % end] as number);
    const length = Math.sqrt(dx * dx + dy * dy);
    const by = length === 0 ? 0 : outwards / length;
    out[i] = (points[i] as number) + dy * by;
    out[i + 1] = (points[i + 1] as number) - dx * by;
  }
  return out;
}
