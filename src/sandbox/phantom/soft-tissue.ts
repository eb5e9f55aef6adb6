import type { Anatomy } from './anatomy.ts';
import type { ChestPlan } from './chest-plan.ts';
import { bell, coverage, ellipsoid } from './geometry.ts';

/** What unsettles the tissue at a point: smooth noise of variance near 1. */
export interface TissueNoise {
  readonly muscle: number;
  readonly organs: number;
}

const stomachAir = -960;

/**
 * HU at a point (body coordinates) as if the lungs were not there: fat, muscle, mediastinum, abdomen, bone.
 *
 * @param soft width over which borders are smeared, mm: partial volume
 */
export function bodyHu(
  plan: ChestPlan,
  anatomy: Anatomy,
  noise: TissueNoise,
  x: number,
  y: number,
  z: number,
  soft: number,
): number {
  const { hu: tissue } = plan;
  let hu = tissue.fat;
  const paint = (distance: number, target: number) => {
    hu += coverage(distance, soft) * (target - hu);
  };
  const muscle = anatomy.skin + 0.75 * plan.fatThickness + 3 * noise.muscle;
  paint(muscle, tissue.muscle);
  if (anatomy.cavity > 8 && noise.muscle > 1.3) {
    paint(muscle, tissue.fat);
  }
  paint(Math.abs(anatomy.skin + 1) - 1, 30);
  paint(anatomy.cavity - 4, tissue.fat + 10);
  if (noise.muscle < 0.4) {
    paint(Math.max(anatomy.cavity - 4, anatomy.upper), 38);
  }
  paint(anatomy.spine, tissue.muscle);
  paint(anatomy.hila, 0.5 * tissue.blood + 18);
  paint(anatomy.oesophagus, 35);
  paint(anatomy.blood, tissue.blood);
  paintAbdomen(plan, anatomy, noise, x, paint);
  paint(stomachBubble(plan, anatomy, x, y, z), stomachAir);
  paint(anatomy.cartilage, 95);
  paint(anatomy.disc, 85);
  paint(anatomy.spinalCanal, 15);
  const cortical = bell(anatomy.bone, 2.4);
  paint(anatomy.bone, tissue.spongiosa + tissue.cortex * cortical);
  return hu;
}

/** A little air in the stomach, well below the diaphragm. */
function stomachBubble(plan: ChestPlan, anatomy: Anatomy, x: number, y: number, z: number): number {
  if (anatomy.diaphragm < 6) {
    return 1000;
  }
  const dx = x - 0.42 * plan.cavityHalfWidth;
  const dy = y + 0.25 * plan.cavityHalfDepth;
  return Math.max(ellipsoid(dx, dy, z - 0.2 * plan.domeLeft, 24, 20, 12), 12 - anatomy.diaphragm);
}

/** Below the diaphragm: its muscle, the liver on the right, stomach wall, spleen and fat on the left. */
function paintAbdomen(
  plan: ChestPlan,
  anatomy: Anatomy,
  noise: TissueNoise,
  x: number,
  paint: (distance: number, target: number) => void,
): void {
  const below = Math.max(-anatomy.diaphragm, anatomy.cavity - 3);
  if (below > 4) {
    return;
  }
  paint(below, plan.hu.muscle);
  const inside = Math.max(below, 4 - anatomy.diaphragm);
  const liver = x < 25 + 15 * noise.muscle;
  const organ = liver ? plan.hu.organ : noise.organs > -0.8 ? plan.hu.organ - 8 : plan.hu.fat;
  paint(inside, organ);
}
