import { anatomyAt, emptyAnatomy, lobeLabel } from './anatomy.ts';
import { type BodyFrame, bodyPlane, type Point } from './body-frame.ts';
import type { Extent } from './smooth-noise.ts';

/** A place inside a lung where a vessel may end or a lesion may begin. */
export interface LungSite extends Point {
  /** Index in `lobes` + 1. */
  readonly lobe: number;
  /** Distance from the chest wall, mm. */
  readonly depth: number;
  /** 0 in the middle, 1 at the back, -1 at the front of the chest. */
  readonly backwards: number;
  /** 0 at the base, 1 at the apex. */
  readonly upwards: number;
}

const stepMm = 6;

const steps = (low: number, high: number) =>
  Float64Array.from({ length: Math.ceil((high - low) / stepMm) }, (_, i) => low + (i + 0.5) * stepMm);

/** Points on a 6 mm grid, at least 2 mm inside the lungs, in the patient's frame. */
export function lungSites(frame: BodyFrame, extent: Extent): readonly LungSite[] {
  const { plan } = frame;
  const xs = steps(extent.low[0], extent.high[0]);
  const ys = steps(extent.low[1], extent.high[1]);
  const anatomy = emptyAnatomy();
  const sites: LungSite[] = [];
  for (const z of steps(extent.low[2], extent.high[2])) {
    const body = bodyPlane(frame, { xs, ys }, z);
    for (let at = 0; at < body.x.length; at += 1) {
      const bx = body.x[at] as number;
      const by = body.y[at] as number;
      const bz = body.z[at] as number;
      anatomyAt(plan, bx, by, bz, 0, anatomy);
      if (anatomy.lung > -2) {
        continue;
      }
      sites.push({
        x: xs[at % xs.length] as number,
        y: ys[Math.floor(at / xs.length)] as number,
        z,
        lobe: lobeLabel(bx, anatomy.oblique, anatomy.horizontal),
        depth: -(anatomy.cavity + 2),
        backwards: by / plan.cavityHalfDepth,
        upwards: bz / plan.lungHeight,
      });
    }
  }
  return sites;
}
