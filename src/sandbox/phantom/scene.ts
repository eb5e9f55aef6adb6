import { type BodyFrame, drawBodyFrame } from './body-frame.ts';
import { type ChestPlan, drawChestPlan } from './chest-plan.ts';
import { type Lesion, type Pathology, placeLesions } from './lesions.ts';
import { lungSites } from './lung-sites.ts';
import { growLungTrees, type LungTrees } from './lung-trees.ts';
import type { Extent } from './smooth-noise.ts';
import { drawTextures, type Textures } from './texture-planes.ts';

/** Everything of one patient on one table, before a scanner looks at it. */
export interface Scene {
  readonly seed: number;
  readonly plan: ChestPlan;
  readonly frame: BodyFrame;
  readonly trees: LungTrees;
  readonly lesions: readonly Lesion[];
  readonly textures: Textures;
}

/** The scene of a seed. It does not depend on the grid: another shape or spacing shows the same patient. */
export function createScene(seed: number, pathology: Pathology): Scene {
  const plan = drawChestPlan(seed);
  const extent: Extent = { low: [-230, -230, -90], high: [230, 230, plan.lungHeight + 90] };
  const frame = drawBodyFrame(plan, seed, extent);
  const sites = lungSites(frame, { low: [-150, -110, -30], high: [150, 110, plan.lungHeight + 12] });
  return {
    seed,
    plan,
    frame,
    trees: growLungTrees(frame, seed, sites),
    lesions: placeLesions(seed, pathology, sites),
    textures: drawTextures(seed, extent),
  };
}
