import type { PlaneGrid, Point } from './body-frame.ts';
import type { TubeSegment } from './branching-tree.ts';
import { clamp } from './geometry.ts';

export interface TubeStamp {
  /** Height of the plane and half its thickness, mm. */
  readonly z: number;
  readonly halfThickness: number;
  /** Added to every radius, mm: the wall of an airway. */
  readonly wall: number;
  /** Width over which a border is smeared, mm. */
  readonly soft: number;
}

/** Writes to `out` ([y, x]) how much of each pixel lies in a tube: the greater of this and what was there. */
export function stampTubes(
  tubes: readonly TubeSegment[],
  grid: PlaneGrid,
  stamp: TubeStamp,
  out: Float32Array,
): void {
  for (const tube of tubes) {
    const widest = Math.max(tube.fromRadius, tube.toRadius) + stamp.wall;
    const reach = widest + stamp.halfThickness;
    const lowest = Math.min(tube.from.z, tube.to.z) - reach;
    const highest = Math.max(tube.from.z, tube.to.z) + reach;
    if (lowest < stamp.z && stamp.z < highest) {
      stampTube(tube, widest + stamp.soft, grid, stamp, out);
    }
  }
}

/** First pixel and the one after the last within `margin` of both ends along one axis. */
export function pixelRange(
  centres: Float64Array,
  low: number,
  high: number,
): readonly [first: number, end: number] {
  const first = centres[0] as number;
  const pitch = (centres[1] as number) - first;
  const from = Math.max(0, Math.ceil((low - first) / pitch));
  return [from, Math.min(centres.length, Math.floor((high - first) / pitch) + 1)];
}

function stampTube(
  { from, to, fromRadius, toRadius }: TubeSegment,
  margin: number,
  { xs, ys }: PlaneGrid,
  { z, halfThickness, wall, soft }: TubeStamp,
  out: Float32Array,
): void {
  const along: Point = { x: to.x - from.x, y: to.y - from.y, z: to.z - from.z };
  const squared = along.x * along.x + along.y * along.y + along.z * along.z + 1e-6;
  const [firstX, endX] = pixelRange(xs, Math.min(from.x, to.x) - margin, Math.max(from.x, to.x) + margin);
  const [firstY, endY] = pixelRange(ys, Math.min(from.y, to.y) - margin, Math.max(from.y, to.y) + margin);
  const dz = z - from.z;
  for (let j = firstY; j < endY; j += 1) {
    const dy = (ys[j] as number) - from.y;
    for (let i = firstX; i < endX; i += 1) {
      const dx = (xs[i] as number) - from.x;
      const t = clamp((dx * along.x + dy * along.y + dz * along.z) / squared, 0, 1);
      const ox = dx - t * along.x;
      const oy = dy - t * along.y;
      const oz = Math.max(Math.abs(dz - t * along.z) - halfThickness, 0);
      const radius = fromRadius + t * (toRadius - fromRadius) + wall;
      const inside = clamp(0.5 - (Math.sqrt(ox * ox + oy * oy + oz * oz) - radius) / soft, 0, 1);
      const at = j * xs.length + i;
      if (inside > (out[at] as number)) {
        out[at] = inside;
      }
    }
  }
}
