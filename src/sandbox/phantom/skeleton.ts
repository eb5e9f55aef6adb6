import type { ChestPlan } from './chest-plan.ts';
import { box, cylinder } from './geometry.ts';

/** Signed distances in mm, negative inside. */
export interface Skeleton {
  /** Ribs, vertebrae, sternum, shoulder blades and collar bones. */
  bone: number;
  /** Cartilage between ribs and sternum. */
  cartilage: number;
  spinalCanal: number;
  disc: number;
}

const modulo = (value: number, period: number) => value - period * Math.floor(value / period);

/**
 * The skeleton at a point in body coordinates, written to `out`; `cavity` is cavityDistance there, on which
 * ribs and sternum lie.
 */
export function skeletonAt(
  plan: ChestPlan,
  x: number,
  y: number,
  z: number,
  cavity: number,
  out: Skeleton,
): void {
  const { lungHeight } = plan;
  const aside = Math.abs(x);
  // 0 at the back and 1 at the front: half of 1 - cos of the angle, which needs no arc tangent.
  const forward = 0.5 * (1 - y / Math.max(Math.sqrt(x * x + y * y), 1));
  const level = modulo(z + plan.ribDrop * forward, plan.ribPitch) - plan.ribPitch / 2;
  const shaft = Math.sqrt((level / 5.2) * (level / 5.2) + ((cavity - 7) / 3.6) * ((cavity - 7) / 3.6));
  const rib = Math.max((shaft - 1) * 3.6, z - 1.06 * lungHeight);
  out.cartilage = Math.max(rib, 0.87 - forward > 0 ? 5 : -5, z - lungHeight, 0.05 * lungHeight - z);
  const bonyRib = Math.max(rib, (forward - 0.87) * 100, (0.012 - forward) * 400);
  const breastBone = Math.max(
    aside - 17,
    Math.abs(cavity - 9) - 5,
    0.15 * lungHeight - z,
    z - 0.85 * lungHeight,
    y,
  );
  const blade = Math.max(
    Math.abs(cavity - 27) - 3,
    Math.abs(forward - 0.22) * 120 - 19,
    0.5 * lungHeight - z,
    z - 1.1 * lungHeight,
  );
  const collarY = y + 0.55 * plan.cavityHalfDepth - 0.12 * aside;
  const collarZ = z - 0.97 * lungHeight - 0.08 * aside;
  const collar = Math.max(Math.sqrt(collarY * collarY + collarZ * collarZ) - 6, 25 - aside);
  out.bone = Math.min(bonyRib, breastBone, blade, collar, vertebra(plan, aside, y, z, out));
}

/** Body, pedicles, lamina, spinous and transverse processes; discs between the bodies. */
function vertebra(plan: ChestPlan, aside: number, y: number, z: number, out: Skeleton): number {
  const back = y - plan.spineFront;
  const level = modulo(z, plan.vertebraPitch);
  const body = cylinder(aside, back - 8, 19.5, 16.5);
  const gap = 3.5 - Math.abs(level - 12);
  const pedicle = Math.max(Math.abs(aside - 13) - 4.5, Math.abs(back - 30) - 8);
  const arch = Math.max(Math.abs(Math.sqrt(aside * aside + (back - 36) * (back - 36)) - 15) - 3.5, 32 - back);
  const spinous = box(aside, back - 60, level - 14, 4, 14, 8);
  const transverse = box(aside - 30, back - 36, level - 16, 16, 5, 6);
  out.spinalCanal = cylinder(aside, back - 35, 11, 11);
  out.disc = body;
  return Math.min(Math.max(body, gap), pedicle, arch, spinous, transverse);
}
