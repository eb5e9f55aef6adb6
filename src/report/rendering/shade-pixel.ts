import type { Body } from './body.ts';
import type { Crossings } from './crossings.ts';
import type { Side } from './frame.ts';

/** How deep the lungs reach, mm along the volume's y: what is far is darker. */
export interface DepthRange {
  readonly near: number;
  readonly far: number;
}

/** Where the light comes from, as the viewer sees it: to the right, upwards, towards the viewer. */
const key = unit([-0.5, 0.62, 0.6]);
/** Half-way between light and viewer: a surface that faces it mirrors the light. */
const halfway = unit([key[0], key[1], key[2] + 1]);
const ambient = 0.16;
const diffuse = 0.96;
/** What is left of the light at the far side of the lungs. */
const farLight = 0.42;
/** What is behind shines through less than this: it is not looked at. */
const leastLeft = 0.01;

/**
 * Writes the colour of one pixel: surfaces over one another, the nearest first (Porter and Duff 1984). A surface hides
 * more where it is seen edge-on, as glass does; it is lit from the upper left, softly around its edges (half Lambert),
 * and darker the farther it is.
 *
 * @param column of the crossings
 * @param out red, green and blue from index `at` on
 */
export function shadePixel(
  crossings: Crossings,
  column: number,
  bodies: readonly Body[],
  side: Side,
  depths: DepthRange,
  out: Uint8Array,
  at: number,
): void {
  const { normals, cover, depthMm, body } = crossings;
  const path = pathOf(crossings, column);
  if (side === 'back') path.reverse();
  const turn = side === 'front' ? 1 : -1;
  let red = 0;
  let green = 0;
  let blue = 0;
  let left = 1;
  for (const crossing of path) {
    const { colour, opacity, edgeOpacity, glow, gloss } = (bodies[body[crossing] as number] as Body).material;
    const outwards = -turn * (normals[3 * crossing + 1] as number);
    // Both sides of a surface are seen: its normal is the one that points to the viewer.
    const flip = outwards < 0 ? -1 : 1;
    const right = flip * turn * (normals[3 * crossing] as number);
    const up = flip * (normals[3 * crossing + 2] as number);
    const towards = flip * outwards;
    const alpha = (opacity + (edgeOpacity - opacity) * (1 - towards) ** 2) * (cover[crossing] as number);
    const cue = depthCue(depthMm[crossing] as number, side, depths);
    const light = glow + (1 - glow) * cue * brightness(right, up, towards);
    const gleam = 255 * gloss * cue * mirrored(right, up, towards);
    const weight = left * alpha;
    red += weight * (colour[0] * light + gleam);
    green += weight * (colour[1] * light + gleam);
    blue += weight * (colour[2] * light + gleam);
    left *= 1 - alpha;
    if (left < leastLeft) break;
  }
  out[at] = Math.min(255, Math.round(red));
  out[at + 1] = Math.min(255, Math.round(green));
  out[at + 2] = Math.min(255, Math.round(blue));
}

function pathOf({ first, next }: Crossings, column: number): number[] {
  const path: number[] = [];
  for (let at = first[column] as number; at >= 0; at = next[at] as number) path.push(at);
  return path;
}

function depthCue(depthMm: number, side: Side, { near, far }: DepthRange): number {
  const depth = (depthMm - near) / (far - near);
  const behind = Math.min(1, Math.max(0, side === 'front' ? depth : 1 - depth));
  return 1 - (1 - farLight) * behind;
}

function brightness(right: number, up: number, towards: number): number {
  const wrapped = 0.5 + 0.5 * (right * key[0] + up * key[1] + towards * key[2]);
  return ambient + diffuse * wrapped * wrapped;
}

/** How much of the light is mirrored to the viewer (Blinn 1977). */
function mirrored(right: number, up: number, towards: number): number {
  const facing = Math.max(0, right * halfway[0] + up * halfway[1] + towards * halfway[2]);
  const squared = facing * facing;
  const eighth = squared * squared * squared * squared;
  return eighth * eighth * eighth * eighth;
}

function unit([x, y, z]: readonly [number, number, number]): readonly [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
