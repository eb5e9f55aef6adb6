import type { ChestPlan } from './chest-plan.ts';
import { createRandom } from './random.ts';
import { drawSmoothNoise, type Extent, noiseAt, noisePlane, type SmoothNoise } from './smooth-noise.ts';

/** Pixel centres of an axial plane in the patient's frame, mm. */
export interface PlaneGrid {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** A point in body coordinates or the patient's frame, mm. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The bent coordinates of one body: nobody is symmetric. */
export interface BodyFrame {
  readonly plan: ChestPlan;
  readonly warpX: SmoothNoise;
  readonly warpY: SmoothNoise;
  readonly warpZ: SmoothNoise;
}

/** Body coordinates of every pixel of a plane, [y, x]. */
export interface BodyPlane {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly z: Float32Array;
}

export function drawBodyFrame(plan: ChestPlan, seed: number, extent: Extent): BodyFrame {
  const noise = (axis: string) => drawSmoothNoise(createRandom(seed, `warp ${axis}`), extent, 57);
  return { plan, warpX: noise('x'), warpY: noise('y'), warpZ: noise('z') };
}

/** Body coordinates of an axial plane at this height of the patient's frame. */
export function bodyPlane(frame: BodyFrame, { xs, ys }: PlaneGrid, z: number): BodyPlane {
  const { plan } = frame;
  const size = xs.length * ys.length;
  const plane = { x: new Float32Array(size), y: new Float32Array(size), z: new Float32Array(size) };
  noisePlane(frame.warpX, xs, ys, z, plane.x);
  noisePlane(frame.warpY, xs, ys, z, plane.y);
  noisePlane(frame.warpZ, xs, ys, z, plane.z);
  const cosine = Math.sqrt(1 - plan.turn * plan.turn);
  const above = z - plan.lungHeight / 2;
  for (let j = 0; j < ys.length; j += 1) {
    const y = ys[j] as number;
    for (let i = 0; i < xs.length; i += 1) {
      const x = xs[i] as number;
      const at = j * xs.length + i;
      const bend = 0.8 * plan.warpMm;
      plane.x[at] = cosine * x - plan.turn * y + plan.leanX * above + bend * (plane.x[at] as number);
      plane.y[at] = plan.turn * x + cosine * y + plan.leanY * above + bend * (plane.y[at] as number);
      plane.z[at] = z + 1.2 * plan.warpMm * (plane.z[at] as number);
    }
  }
  return plane;
}

/** The point of the patient's frame whose body coordinates these are, within about 0.1 mm. */
export function fromBody(frame: BodyFrame, body: Point): Point {
  const { plan } = frame;
  const cosine = Math.sqrt(1 - plan.turn * plan.turn);
  let point = body;
  for (let step = 0; step < 8; step += 1) {
    const { x, y, z } = point;
    const above = z - plan.lungHeight / 2;
    const bend = 0.8 * plan.warpMm;
    const bodyX = body.x - plan.leanX * above - bend * noiseAt(frame.warpX, x, y, z);
    const bodyY = body.y - plan.leanY * above - bend * noiseAt(frame.warpY, x, y, z);
    point = {
      x: cosine * bodyX + plan.turn * bodyY,
      y: -plan.turn * bodyX + cosine * bodyY,
      z: body.z - 1.2 * plan.warpMm * noiseAt(frame.warpZ, x, y, z),
    };
  }
  return point;
}
