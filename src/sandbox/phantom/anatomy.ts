import type { ChestPlan } from './chest-plan.ts';
import { type Mediastinum, mediastinumAt } from './mediastinum.ts';
import { type Skeleton, skeletonAt } from './skeleton.ts';
import {
  cavityDistance,
  diaphragmDistance,
  horizontalFissure,
  obliqueFissure,
  skinDistance,
} from './thorax.ts';

/** All that is known of one point: signed distances in mm, negative inside. */
export interface Anatomy extends Mediastinum, Skeleton {
  skin: number;
  cavity: number;
  /** Positive below the diaphragm. */
  diaphragm: number;
  lung: number;
  /** Positive above and in front. */
  oblique: number;
  horizontal: number;
}

/** A record to be filled by anatomyAt again and again. */
export function emptyAnatomy(): Anatomy {
  const far = 1000;
  return {
    skin: far,
    cavity: far,
    diaphragm: far,
    lung: far,
    oblique: far,
    horizontal: far,
    envelope: far,
    upper: far,
    heart: far,
    blood: far,
    hila: far,
    oesophagus: far,
    spine: far,
    bone: far,
    cartilage: far,
    spinalCanal: far,
    disc: far,
  };
}

/**
 * The chest at a point in body coordinates, written to `out`; beyond the skin only `skin`, `cavity` and
 * `lung` are set, the last as far away.
 *
 * @param ripple how far the fissures stray from their smooth course here, mm
 */
export function anatomyAt(
  plan: ChestPlan,
  x: number,
  y: number,
  z: number,
  ripple: number,
  out: Anatomy,
): void {
  out.skin = skinDistance(plan, x, y, z);
  out.cavity = cavityDistance(plan, x, y, z);
  if (out.skin > 4) {
    out.lung = Math.max(out.cavity, 4);
    return;
  }
  mediastinumAt(plan, x, y, z, out);
  out.diaphragm = diaphragmDistance(plan, x, y, z);
  out.lung = Math.max(out.cavity + 2, -out.envelope, out.diaphragm);
  skeletonAt(plan, x, y, z, out.cavity, out);
  out.bone = Math.max(out.bone, out.skin + 6);
  out.oblique = obliqueFissure(plan, x, y, z) + ripple;
  out.horizontal = horizontalFissure(plan, x, y, z) - ripple;
}

/** Label of the lobe (index in `lobes` + 1) on this side of the fissures; meaningful inside the lungs. */
export function lobeLabel(x: number, oblique: number, horizontal: number): number {
  if (x > 0) {
    return oblique > 0 ? 4 : 5;
  }
  return oblique > 0 ? (horizontal > 0 ? 1 : 2) : 3;
}
