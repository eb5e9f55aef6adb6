import type { ChestPlan } from './chest-plan.ts';
import { clamp } from './geometry.ts';

const air = -1000;
const cradleRadius = 520;
const cradleThickness = 26;
/** Between the back and the table: clothes and a mattress that X-rays do not see. */
const gap = 9;

/** HU of the air around the body and of the hollow carbon table under its back, in the patient's frame, mm. */
export function tableHu(plan: ChestPlan, x: number, y: number): number {
  const back = 3 + plan.cavityHalfDepth + 0.8 * plan.wallThickness + 0.75 * plan.fatThickness;
  const sag = cradleRadius - Math.sqrt(Math.max(cradleRadius * cradleRadius - x * x, 1));
  const below = y - (back + gap - sag);
  if (below < -2 || below > cradleThickness + 2) {
    return air;
  }
  const shell = Math.max(
    clamp(1.2 - Math.abs(below), 0, 1),
    clamp(1.2 - Math.abs(below - cradleThickness), 0, 1),
  );
  const foam = clamp(below, 0, 1) * clamp(cradleThickness - below, 0, 1);
  return air + 60 * foam + 640 * shell;
}
