import { type BodyFrame, fromBody, type Point } from './body-frame.ts';
import { growTree, type TubeSegment } from './branching-tree.ts';
import type { LungSite } from './lung-sites.ts';
import { createRandom, type Random } from './random.ts';

/** Tubes of the lungs in the patient's frame. */
export interface LungTrees {
  readonly vessels: readonly TubeSegment[];
  /** Lumina of trachea and bronchi; their walls lie around. */
  readonly airways: readonly TubeSegment[];
}

/** Where one lobe's trees end: about one twig per 7 mL and tree. */
function endings(random: Random, sites: readonly LungSite[], count: number): readonly Point[] {
  return Array.from({ length: count }, () => {
    const site = sites[random.index(sites.length)] as LungSite;
    const stray = () => random.uniform(-2.5, 2.5);
    return { x: site.x + stray(), y: site.y + stray(), z: site.z + stray() };
  });
}

const moved = (point: Point, y: number, z: number): Point => ({ x: point.x, y: point.y + y, z: point.z + z });

const tube = (from: Point, to: Point, fromRadius: number, toRadius: number): TubeSegment => ({
  from,
  to,
  fromRadius,
  toRadius,
});

/** Trachea, main bronchi, and in each lobe an artery, a vein and the bronchi. */
export function growLungTrees(frame: BodyFrame, seed: number, sites: readonly LungSite[]): LungTrees {
  const { plan } = frame;
  const height = plan.lungHeight;
  const wind = [1.15, 0.95, 0.8].map((part) => fromBody(frame, { x: 0, y: -9, z: part * height }));
  wind.push(fromBody(frame, { x: 1, y: 2, z: plan.carinaZ }));
  const carina = wind.at(-1) as Point;
  const airways = wind
    .slice(1)
    .map((to, i) => tube(wind[i] as Point, to, plan.tracheaRadius, plan.tracheaRadius));
  const vessels: TubeSegment[] = [];
  for (const side of [-1, 1] as const) {
    const hilum = fromBody(frame, {
      x: side * plan.hilumX,
      y: plan.hilumY,
      z: plan.hilumZ + (side > 0 ? 6 : -4),
    });
    const bronchus = 0.68 * plan.tracheaRadius;
    airways.push(tube(carina, hilum, bronchus, 0.85 * bronchus));
    for (const lobe of side < 0 ? [1, 2, 3] : [4, 5]) {
      const random = createRandom(seed, `trees of lobe ${lobe}`);
      const own = sites.filter((site) => site.lobe === lobe);
      if (own.length < 50) {
        continue;
      }
      const twigs = Math.min(Math.max(Math.round(own.length * 0.036), 25), 220);
      const artery = { twigRadius: random.uniform(0.6, 0.72), maximumRadius: 6 };
      vessels.push(...growTree(random, hilum, endings(random, own, twigs), artery));
      const vein = { twigRadius: random.uniform(0.6, 0.72), maximumRadius: 6 };
      const drain = moved(hilum, -4, -12);
      vessels.push(...growTree(random, drain, endings(random, own, Math.round(0.8 * twigs)), vein));
      const bronchi = { twigRadius: random.uniform(0.5, 0.7), maximumRadius: 0.8 * bronchus };
      airways.push(...growTree(random, hilum, endings(random, own, Math.round(twigs / 3)), bronchi));
    }
  }
  return { vessels, airways };
}
