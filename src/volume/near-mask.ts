import { ballRows } from './ball-rows.ts';
import type { Shape3, SpacingMm } from './types.ts';

/** Steps from a voxel to each one around it that counts as near, nearest first. */
interface Ball {
  readonly z: Int32Array;
  readonly y: Int32Array;
  readonly x: Int32Array;
}

/**
 * Asks of single voxels whether they lie within `radiusMm` of the mask: what `dilate` gives there. Where few voxels
 * are asked about, or most of them lie beside the mask, that is far less work than a dilation of the whole.
 */
export function nearMask(
  mask: Uint8Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  radiusMm: number,
): (index: number) => boolean {
  const [depth, height, width] = shape;
  const slice = height * width;
  const ball = ballOf(shape, spacingMm, radiusMm);
  const offsets = ball.x.map((x, k) => (ball.z[k] as number) * slice + (ball.y[k] as number) * width + x);
  const [reachZ, reachY, reachX] = [ball.z, ball.y, ball.x].map((steps) => Math.max(...steps)) as [
    number,
    number,
    number,
  ];
  return (index) => {
    const z = Math.floor(index / slice);
    const y = Math.floor((index - z * slice) / width);
    const x = index - z * slice - y * width;
    const isInside =
      z >= reachZ &&
      z < depth - reachZ &&
      y >= reachY &&
      y < height - reachY &&
      x >= reachX &&
      x < width - reachX;
    // Far from the border no step leaves the array, and none has to be looked at: several times faster.
    return isInside ? anyAt(mask, offsets, index) : anyNear(mask, shape, ball, z, y, x);
  };
}

function anyAt(mask: Uint8Array, offsets: Int32Array, index: number): boolean {
  for (let k = 0; k < offsets.length; k++) if (mask[index + (offsets[k] as number)] !== 0) return true;
  return false;
}

function anyNear(
  mask: Uint8Array,
  [depth, height, width]: Shape3,
  ball: Ball,
  z0: number,
  y0: number,
  x0: number,
): boolean {
  for (let k = 0; k < ball.x.length; k++) {
    const z = z0 + (ball.z[k] as number);
    const y = y0 + (ball.y[k] as number);
    const x = x0 + (ball.x[k] as number);
    if (z < 0 || z >= depth || y < 0 || y >= height || x < 0 || x >= width) continue;
    if (mask[(z * height + y) * width + x] !== 0) return true;
  }
  return false;
}

/** The voxels of the ball, nearest first: near the mask the first ones already lie in it. */
function ballOf(shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Ball {
  const [mmZ, mmY, mmX] = spacingMm;
  const steps: (readonly [z: number, y: number, x: number, squareMm: number])[] = [];
  for (const { dz, dy, dx } of ballRows(shape, spacingMm, radiusMm)) {
    for (let x = -dx; x <= dx; x++) {
      steps.push([dz, dy, x, (dz * mmZ) ** 2 + (dy * mmY) ** 2 + (x * mmX) ** 2]);
    }
  }
  steps.sort((a, b) => a[3] - b[3]);
  const part = (axis: 0 | 1 | 2) => Int32Array.from(steps, (step) => step[axis]);
  return { z: part(0), y: part(1), x: part(2) };
}
