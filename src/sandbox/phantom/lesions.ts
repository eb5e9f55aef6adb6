import type { PlaneGrid } from './body-frame.ts';
import type { LungSite } from './lung-sites.ts';
import { createRandom, type Random } from './random.ts';
import { pixelRange } from './stamp-tubes.ts';

/** What ails the phantom. */
export type Pathology = 'covid-19' | 'lobar-pneumonia' | 'none';

/** A soft ball; where several meet they melt into one patch. */
export interface Lesion {
  readonly centre: LungSite;
  readonly radii: readonly [x: number, y: number, z: number];
  /** Ground glass lets the lung shine through, consolidation does not. */
  readonly kind: 'ground-glass' | 'consolidation';
  /** Keeps to this lobe (index in `lobes` + 1) when given. */
  readonly lobe?: number;
}

/** A ball (1 - d^2/reach^2)^3 has about the width of a Gaussian of reach / sqrt 3. */
const reachOfRadius = 1.75;

/** The lesions of a pathology at places that are typical of it. */
export function placeLesions(
  seed: number,
  pathology: Pathology,
  sites: readonly LungSite[],
): readonly Lesion[] {
  const random = createRandom(seed, 'lesions');
  if (pathology === 'covid-19') {
    return covidLesions(random, sites);
  }
  return pathology === 'lobar-pneumonia' ? lobarLesions(random, sites) : [];
}

/** One site, drawn with a probability in proportion to its weight. */
function draw(random: Random, sites: readonly LungSite[], weight: (site: LungSite) => number): LungSite {
  const total = sites.reduce((sum, site) => sum + weight(site), 0);
  let left = random.uniform(0, total);
  const found = sites.find((site) => {
    left -= weight(site);
    return left <= 0;
  });
  return found ?? (sites.at(-1) as LungSite);
}

/**
 * Patches on both sides, along the pleura, more at the back and the base, some of them with a dense core:
 * the usual picture of COVID-19 pneumonia (Topff 2023, introduction; Pan 2020).
 */
function covidLesions(random: Random, sites: readonly LungSite[]): readonly Lesion[] {
  const weight = ({ depth, backwards, upwards }: LungSite) => {
    const inwards = (depth / 9) * (depth / 9);
    const posterior = Math.max(backwards + 0.9, 0.05);
    const basal = Math.max(1.15 - upwards, 0.1);
    return (posterior * posterior * basal * basal) / (1 + inwards * inwards);
  };
  const right = sites.filter((site) => site.lobe <= 3);
  const left = sites.filter((site) => site.lobe > 3);
  return [right, left].flatMap((side) =>
    Array.from({ length: side.length > 0 ? 50 : 0 }, (_, i) => {
      const centre = draw(random, side, weight);
      const size = random.uniform(8, 13);
      const radii = [size * random.uniform(0.8, 1.3), size * random.uniform(0.8, 1.3), size] as const;
      const patch: Lesion = { centre, radii, kind: 'ground-glass' };
      const [x, y, z] = radii;
      const core: Lesion = { centre, radii: [0.7 * x, 0.7 * y, 0.7 * z], kind: 'consolidation' };
      return i % 4 === 0 ? [patch, core] : [patch];
    }).flat(),
  );
}

/** One dense lower lobe on the right. */
function lobarLesions(random: Random, sites: readonly LungSite[]): readonly Lesion[] {
  const lobe = 3;
  const own = sites.filter((site) => site.lobe === lobe && site.depth > 10);
  if (own.length === 0) {
    return [];
  }
  const centre = draw(random, own, ({ backwards }) => Math.max(backwards, 0.05));
  const size = random.uniform(42, 55);
  return [
    { centre, radii: [size, size, size], kind: 'consolidation', lobe },
    { centre, radii: [1.15 * size, 1.15 * size, 1.15 * size], kind: 'ground-glass', lobe },
  ];
}

/** Adds the balls of one kind in this plane to `out`, [y, x]; only pixels of its lobe where a ball has one. */
export function addLesions(
  lesions: readonly Lesion[],
  kind: Lesion['kind'],
  { xs, ys }: PlaneGrid,
  z: number,
  lobeLabels: Uint8Array,
  out: Float32Array,
): void {
  for (const lesion of lesions) {
    const [rx, ry, rz] = lesion.radii.map((radius) => radius * reachOfRadius) as [number, number, number];
    const c = (z - lesion.centre.z) / rz;
    if (lesion.kind !== kind || c * c >= 1) {
      continue;
    }
    const [firstX, endX] = pixelRange(xs, lesion.centre.x - rx, lesion.centre.x + rx);
    const [firstY, endY] = pixelRange(ys, lesion.centre.y - ry, lesion.centre.y + ry);
    for (let j = firstY; j < endY; j += 1) {
      const b = ((ys[j] as number) - lesion.centre.y) / ry;
      for (let i = firstX; i < endX; i += 1) {
        const a = ((xs[i] as number) - lesion.centre.x) / rx;
        const rest = 1 - a * a - b * b - c * c;
        const at = j * xs.length + i;
        if (rest > 0 && (lesion.lobe === undefined || lesion.lobe === lobeLabels[at])) {
          out[at] = (out[at] as number) + rest * rest * rest;
        }
      }
    }
  }
}
