import type { ChestPlan } from './chest-plan.ts';
import { clamp, roundedNorm } from './geometry.ts';

/**
 * Distance to the inner wall of the chest (mm, negative inside): a rounded cross-section that narrows to
 * the apex as the root of 1 - u^3, u the height over the length of the lungs. The wall goes on downwards
 * around the abdomen.
 */
export function cavityDistance(plan: ChestPlan, x: number, y: number, z: number): number {
  const u = clamp(z / plan.lungHeight, 0, 1);
  const u2 = u * u;
  const narrowX = Math.max(1 - u2 * u, 0.02);
  const narrowY = Math.max(1 - u2 * u2 * u, 0.05);
  const flare = 1 - 0.1 * clamp(0.3 - z / plan.lungHeight, 0, 1);
  const width = plan.cavityHalfWidth * Math.sqrt(narrowX) * flare;
  const depth = plan.cavityHalfDepth * Math.sqrt(narrowY);
  const a = x / width;
  const b = (y - plan.apexShift * u2) / depth;
  const norm = roundedNorm(a, b, plan.roundness);
  const wall = (norm - 1) / gradient(plan, a, b, norm, width, depth, u2, narrowX, narrowY);
  return Math.max(clamp(wall, -80, 80), z - plan.lungHeight);
}

/** Length of the gradient of the norm, which turns it into a distance (first order), away from its zero. */
function gradient(
  plan: ChestPlan,
  a: number,
  b: number,
  norm: number,
  width: number,
  depth: number,
  u2: number,
  narrowX: number,
  narrowY: number,
): number {
  const cubed = Math.max(norm * norm * norm, 1e-6);
  const byA = (a * a * a + plan.roundness * a * b * b) / cubed;
  const byB = (b * b * b + plan.roundness * a * a * b) / cubed;
  const alongX = byA / width;
  const alongY = byB / depth;
  const alongZ = (byA * a * 1.5 * u2) / narrowX + (byB * b * 2.5 * u2 * u2) / narrowY;
  const slope = alongZ / plan.lungHeight;
  return Math.max(Math.sqrt(alongX * alongX + alongY * alongY + slope * slope), 0.004);
}

/** Distance to the skin, mm, negative inside. The arms are raised, out of the image. */
export function skinDistance(plan: ChestPlan, x: number, y: number, z: number): number {
  const shoulders = 1 - 0.05 * clamp((z / plan.lungHeight - 0.75) / 0.4, 0, 1);
  const width = (plan.cavityHalfWidth + plan.wallThickness + plan.fatThickness) * shoulders;
  const depth = (plan.cavityHalfDepth + 0.8 * plan.wallThickness + 0.75 * plan.fatThickness) * shoulders;
  return (roundedNorm(x / width, (y - 3) / depth, 0.6) - 1) * 0.42 * (width + depth);
}

/** Height above the diaphragm's dome, turned around: negative above it, in the chest. */
export function diaphragmDistance(plan: ChestPlan, x: number, y: number, z: number): number {
  const height = x < 0 ? plan.domeRight : plan.domeLeft;
  const middle = (x < 0 ? -0.5 : 0.5) * plan.cavityHalfWidth;
  const across = (x - middle) / (0.62 * plan.cavityHalfWidth);
  const along = (y - plan.apexShift * 0.1 + 8) / plan.cavityHalfDepth;
  const dome = height * (1 - 0.85 * across * across - 0.8 * along * along) - 0.12 * y;
  return (Math.max(dome, -12) - z) * 0.8;
}

/** Distance to the oblique fissure of the side: positive in front of and above it. */
export function obliqueFissure(plan: ChestPlan, x: number, y: number, z: number): number {
  const left = x > 0;
  const front = (left ? plan.fissures.leftFront : plan.fissures.rightFront) * plan.lungHeight;
  const back = (left ? plan.fissures.leftBack : plan.fissures.rightBack) * plan.lungHeight;
  const along = (y / plan.cavityHalfDepth + 0.55) / 1.5;
  const held = clamp(along, 0, 1);
  const bow = 4 * (left ? 4 : -3) * held * (1 - held);
  const height = front + (back - front) * clamp(along, -0.3, 1.2) + bow + 0.04 * Math.abs(x);
  const steep = (back - front) / (1.5 * plan.cavityHalfDepth);
  return (z - height) / Math.sqrt(1 + steep * steep);
}

/** Distance to the horizontal fissure of the right lung: positive above it. */
export function horizontalFissure(plan: ChestPlan, x: number, y: number, z: number): number {
  const outwards = (x + 0.5 * plan.cavityHalfWidth) / (0.5 * plan.cavityHalfWidth);
  const tilt = -0.08 * (y + 0.4 * plan.cavityHalfDepth) - 0.03 * (x + 0.5 * plan.cavityHalfWidth);
  return z - (plan.fissures.horizontal * plan.lungHeight + tilt - 6 * outwards * outwards);
}
