import type { ChestPlan } from './chest-plan.ts';
import { clamp, cylinder, ellipsoid } from './geometry.ts';

/** Signed distances in mm, negative inside. */
export interface Mediastinum {
  /** All that the lungs leave free in the middle of the chest. */
  envelope: number;
  /** Upper part of the mediastinum, filled with fat and nodes. */
  upper: number;
  heart: number;
  /** Heart and great vessels: blood. */
  blood: number;
  hila: number;
  oesophagus: number;
  spine: number;
}

/** The mediastinum at a point in body coordinates, written to `out`. */
export function mediastinumAt(plan: ChestPlan, x: number, y: number, z: number, out: Mediastinum): void {
  const vessels = greatVessels(plan, x, y, z);
  out.heart = heartDistance(plan, x, y, z);
  out.blood = Math.min(out.heart, vessels);
  out.hila = Math.min(
    ellipsoid(x - plan.hilumX, y - plan.hilumY, z - plan.hilumZ - 6, 15, 16, 20),
    ellipsoid(x + plan.hilumX, y - plan.hilumY, z - plan.hilumZ + 4, 15, 16, 20),
  );
  out.spine = cylinder(x, y - plan.spineFront - 12, 25, 32);
  out.oesophagus = cylinder(x - 4, y - plan.spineFront + 26, 8, 6);
  out.upper = Math.max(
    cylinder(x, y + 4, plan.mediastinumHalfWidth, plan.cavityHalfDepth * 0.72),
    (0.42 * plan.lungHeight - z) * 0.7,
  );
  const frontSeptum = Math.max(Math.abs(x - 2) - 5, y);
  const backSeptum = Math.max(Math.abs(x) - 19, -y - 10);
  const middle = Math.min(out.spine, out.upper, out.heart - 3, out.hila);
  out.envelope = Math.min(middle, frontSeptum, backSeptum, vessels - 2);
}

/** An ellipsoid whose long axis points down to the left. */
function heartDistance({ heart }: ChestPlan, x: number, y: number, z: number): number {
  const [cx, cy, cz] = heart.centre as [number, number, number];
  const [rx, ry, rz] = heart.radii as [number, number, number];
  const cosine = Math.sqrt(1 - heart.tilt * heart.tilt);
  const along = cosine * (x - cx) - heart.tilt * (z - cz);
  const upwards = heart.tilt * (x - cx) + cosine * (z - cz);
  return ellipsoid(along, y - cy, upwards, rx, ry, rz);
}

/** Descending aorta, arch, ascending aorta, superior vena cava and pulmonary trunk. */
function greatVessels(plan: ChestPlan, x: number, y: number, z: number): number {
  const { aorta, lungHeight } = plan;
  const descending = Math.max(
    cylinder(x - aorta.x, y - aorta.y, aorta.radius, aorta.radius),
    z - 0.7 * lungHeight,
  );
  const bend = 34;
  const dy = y - aorta.y + bend;
  const dz = z - 0.68 * lungHeight;
  const ring = Math.sqrt(dy * dy + dz * dz) - bend;
  const sideways = x - aorta.x * (1 - 0.8 * clamp((aorta.y - y) / (2 * bend), 0, 1));
  const arch = Math.max(Math.sqrt(ring * ring + sideways * sideways) - aorta.radius, -dz - 0.01 * lungHeight);
  const wide = aorta.radius + 2;
  const ascending = Math.max(
    cylinder(x + 8, y - aorta.y + 2 * bend - 2, wide, wide),
    0.3 * lungHeight - z,
    z - 0.69 * lungHeight,
  );
  const cava = Math.max(cylinder(x + 28, y + 12, 9, 9), 0.4 * lungHeight - z);
  const trunk = ellipsoid(x - 14, y + 18, z - 0.5 * lungHeight, 17, 17, 24);
  return Math.min(descending, arch, ascending, cava, trunk);
}
