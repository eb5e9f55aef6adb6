/**
 * Small shapes as signed distances in mm, negative inside. Only + - * / and square roots: IEEE 754 defines
 * these to the last bit, while sin, exp, pow and their kin differ between platforms, and the demo study
 * must come out byte-identical on all of them.
 */

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** 3t^2 - 2t^3, held at 0 and 1 outside the unit interval. */
export function smoothStep(t: number): number {
  const held = clamp(t, 0, 1);
  return held * held * (3 - 2 * held);
}

/** Approximate distance to an ellipsoid about the origin; exact for a sphere. */
export function ellipsoid(x: number, y: number, z: number, rx: number, ry: number, rz: number): number {
  const a = x / rx;
  const b = y / ry;
  const c = z / rz;
  return (Math.sqrt(a * a + b * b + c * c) - 1) * Math.min(rx, ry, rz);
}

/** Approximate distance to an elliptic cylinder along z. */
export function cylinder(x: number, y: number, rx: number, ry: number): number {
  const a = x / rx;
  const b = y / ry;
  return (Math.sqrt(a * a + b * b) - 1) * Math.min(rx, ry);
}

export function box(x: number, y: number, z: number, hx: number, hy: number, hz: number): number {
  return Math.max(Math.abs(x) - hx, Math.abs(y) - hy, Math.abs(z) - hz);
}

/**
 * A norm between the circle (roundness 1) and a square with round corners (roundness 0), in place of a
 * superellipse, whose exponents would need pow.
 */
export function roundedNorm(a: number, b: number, roundness: number): number {
  const a2 = a * a;
  const b2 = b * b;
  return Math.sqrt(Math.sqrt(a2 * a2 + b2 * b2 + 2 * roundness * a2 * b2));
}

/** The part of a voxel of this width that lies inside a surface at this distance: partial volume. */
export function coverage(distance: number, width: number): number {
  return clamp(0.5 - distance / width, 0, 1);
}

/** A bell of height 1 at 0 that is exactly 0 from `reach` on. */
export function bell(distance: number, reach: number): number {
  const t = distance / reach;
  const rest = 1 - t * t;
  return rest > 0 ? rest * rest * rest : 0;
}

/** Cube root of a value >= 0, by Newton's method. */
export function cubeRoot(value: number): number {
  if (value <= 0) {
    return 0;
  }
  let root = Math.max(value, 1);
  for (let step = 0; step < 60; step += 1) {
    root -= (root * root * root - value) / (3 * root * root);
  }
  return root;
}
