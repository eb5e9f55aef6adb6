import { classes } from '../../src/pipeline/types.ts';
import type { PeerFindings } from './contestant.ts';

/** What is compared, with its unit and the most by which both may differ. */
export const tolerances = {
  lungVolume: { metric: 'lung volume differs by', unit: '%', atMost: 1 },
  involvement: { metric: 'involvement differs by', unit: 'percentage points', atMost: 0.5 },
  lobeInvolvement: {
    metric: 'involvement of a lobe differs by, at most',
    unit: 'percentage points',
    atMost: 1,
  },
  probability: { metric: 'a class probability differs by, at most', unit: '', atMost: 0.02 },
  score: { metric: 'severity score differs by', unit: 'points', atMost: 0 },
  decision: { metric: 'decisions that differ', unit: '', atMost: 0 },
} as const;

export type Differences = Readonly<Record<keyof typeof tolerances, number>>;

export function differences(ours: PeerFindings, theirs: PeerFindings): Differences {
  const apart = (of: (findings: PeerFindings) => number) => Math.abs(of(ours) - of(theirs));
  const lobes = ours.involvement.lobes.map((_, index) =>
    apart(({ involvement }) => involvement.lobes[index]?.percent ?? Number.NaN),
  );
  const probabilities = classes.map((name) =>
    apart(({ classification }) => classification.probabilities[name]),
  );
  return {
    lungVolume: (100 * apart(({ involvement }) => involvement.lungMl)) / ours.involvement.lungMl,
    involvement: apart(({ involvement }) => involvement.percent),
    lobeInvolvement: Math.max(...lobes),
    probability: Math.max(...probabilities),
    score: apart(({ severity }) => severity.score),
    decision: ours.classification.decision === theirs.classification.decision ? 0 : 1,
  };
}

/** What is out of tolerance, in words; empty where both agree. */
export function disagreements(found: Differences): readonly string[] {
  const names = Object.keys(tolerances) as (keyof Differences)[];
  return names
    .filter((name) => !(found[name] <= tolerances[name].atMost))
    .map((name) => {
      const { metric, unit, atMost } = tolerances[name];
      return `${metric} ${found[name].toFixed(3)} ${unit} (at most ${atMost})`.replace(/ +/g, ' ');
    });
}

/** Dice of everything that two masks mark, whatever its label. */
export function dice(ours: Uint8Array, theirs: Uint8Array): number {
  if (ours.length !== theirs.length) throw new RangeError('The masks are not of one grid.');
  let [both, sum] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    const [a, b] = [ours[i] === 0 ? 0 : 1, theirs[i] === 0 ? 0 : 1];
    both += a & b;
    sum += a + b;
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
