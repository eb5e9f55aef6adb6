import type { Vec3 } from '../volume/types.ts';

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Adding 0 keeps -0 out of what people and JSON see. */
export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor + 0, a[1] * factor + 0, a[2] * factor + 0];
}

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function length(a: Vec3): number {
  return Math.hypot(a[0], a[1], a[2]);
}

/** Angle between two directions without regard to their sense, 0 to 90 degrees. */
export function angleDegrees(a: Vec3, b: Vec3): number {
  const sine = length(cross(a, b));
  return (Math.atan2(sine, Math.abs(dot(a, b))) * 180) / Math.PI;
}
