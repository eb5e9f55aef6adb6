import type { AutoscalerSettings } from '../../../bench/scale/autoscaler.ts';
import { exponential } from '../../../bench/scale/distributions.ts';
import type { SimulationSettings } from '../../../bench/scale/simulation.ts';
import type { StudyDraw } from '../../../bench/scale/study-draw.ts';
import type { Random } from '../../../src/statistics/seeded-random.ts';

export const study: StudyDraw = {
  imagedAt: 0,
  askedAt: 0,
  interactive: false,
  findSeconds: 0,
  bytes: 0,
  inferenceSeconds: 1,
  networkSeconds: 0,
  publishSeconds: 0,
};

export const autoscaler: AutoscalerSettings = {
  pollSeconds: 15,
  perPod: { inFlight: 1.4, jobs: 2 },
  minReplicas: 1,
  maxReplicas: 100,
  tolerance: 0.1,
  up: { pods: 4, percent: 100, periodSeconds: 15 },
  down: { stabilisationSeconds: 600, pods: 1, percent: 0, periodSeconds: 120 },
};

/** So many pods all day, each with one place unless said otherwise, and a line that is never the limit. */
export function fixedPods(pods: number, places = 1): SimulationSettings {
  return {
    pod: { places, waiting: 8, waitSeconds: 120, drainSeconds: 25, startSeconds: 0 },
    autoscaler: { ...autoscaler, minReplicas: pods, maxReplicas: pods },
    link: { bytesPerSecond: 1e9, perTransfer: 1e9 },
  };
}

/** Studies that come as a Poisson process, each of which only infers. */
export function poissonStudies(
  random: Random,
  { count, perSecond, seconds }: { count: number; perSecond: number; seconds: () => number },
): readonly StudyDraw[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    at += exponential(random, 1 / perSecond);
    return { ...study, imagedAt: at, askedAt: at, inferenceSeconds: seconds() };
  });
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a tolerance by the size of what is expected. */
export function isWithin(actual: number, expected: number, fraction: number): boolean {
  return Math.abs(actual - expected) <= fraction * expected;
}
