import { type Random, seededRandom } from '../../src/statistics/seeded-random.ts';
import { arrivalTimes } from './arrivals.ts';
import { lognormal } from './distributions.ts';
import type { StudyDraw } from './study-draw.ts';

/** What one study takes on average. */
export interface MeanStudy {
  readonly findSeconds: number;
  readonly bytes: number;
  /** In the inference worker, around the networks. */
  readonly aroundSeconds: number;
  readonly networkSeconds: number;
  readonly publishSeconds: number;
}

export interface Demand {
  /** Studies a second by quarter of an hour. */
  readonly rates: readonly number[];
  readonly hospitals: number;
  /** Of all studies, those that somebody asks for and waits for: when the last image is there. */
  readonly interactive: number;
  readonly watch: { readonly pollSeconds: number; readonly stableSeconds: number };
  readonly study: MeanStudy;
}

/** [ours] Standard deviation by mean: of bytes (slices, field of view), and of inference, which depends on them little. */
const variation = { bytes: 0.5, inference: 0.2 } as const;

/** The studies of a day, by a seed: when they come and what each of them takes. */
export function drawStudies(demand: Demand, seed: number): readonly StudyDraw[] {
  const random = seededRandom(seed);
  const { hospitals, interactive, study } = demand;
  const phases = Array.from({ length: hospitals }, () => random() * demand.watch.pollSeconds);
  return arrivalTimes(random, demand.rates).map((imagedAt) => {
    const phase = phases[Math.floor(random() * hospitals)] ?? 0;
    const isWaitedFor = random() < interactive;
    const slowness = lognormal(random, 1, variation.inference);
    return {
      imagedAt,
      askedAt: isWaitedFor ? imagedAt : seenStableAt(imagedAt, phase, demand.watch),
      interactive: isWaitedFor,
      findSeconds: study.findSeconds,
      bytes: bytesOf(random, study.bytes),
      inferenceSeconds: slowness * (study.aroundSeconds + study.networkSeconds),
      networkSeconds: slowness * study.networkSeconds,
      publishSeconds: study.publishSeconds,
    };
  });
}

function bytesOf(random: Random, mean: number): number {
  return lognormal(random, mean, variation.bytes);
}

/** The first look of `lobar watch` at which its last image has been there, unchanged, for long enough. */
export function seenStableAt(
  imagedAt: number,
  phase: number,
  { pollSeconds, stableSeconds }: Demand['watch'],
): number {
  const lookAfter = (at: number) => phase + Math.ceil((at - phase) / pollSeconds) * pollSeconds;
  return lookAfter(lookAfter(imagedAt) + stableSeconds);
}
