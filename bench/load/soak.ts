import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, offer } from './offer.ts';
import type { ServedPair } from './served-pair.ts';
import { slopeOf } from './slope.ts';

export interface Soaked {
  readonly answers: readonly Answered[];
  /** Growth of what stays resident of each process once it is warm, MB an hour. */
  readonly slopesMbPerHour: readonly number[];
  /** At the end, MB. */
  readonly rssMb: readonly number[];
}

/** A sixth of the time is for the caches and the compiler to settle. */
const settling = 1 / 6;
const sampleMs = 2000;

/** Load at a steady rate for a long time, with the memory of both processes looked at all along. */
export async function soak(
  pair: ServedPair,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Soaked> {
  const started = performance.now();
  const samples: { readonly hours: number; readonly rssMb: readonly number[] }[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      samples.push({ hours: (performance.now() - started) / 3.6e6, rssMb: await pair.rssMb() });
      await sleep(sampleMs, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  const answers = await offer(pair, { perSecond, seconds });
  over.abort();
  await watching;
  const warm = samples.filter(({ hours }) => hours > (settling * seconds) / 3600);
  return {
    answers,
    slopesMbPerHour: pair.urls.map((_, at) =>
      slopeOf(lowestByMinute(warm.map(({ hours, rssMb }) => [hours, rssMb[at] ?? Number.NaN]))),
    ),
    rssMb: samples.at(-1)?.rssMb ?? [],
  };
}

/** The lowest point of every minute: what is above it is garbage that was not collected yet. */
function lowestByMinute(points: readonly Point[]): readonly Point[] {
  const minutes = Map.groupBy(points, ([hours]) => Math.floor(hours * 60));
  return [...minutes.values()].map((those) => those.reduce((low, one) => (one[1] < low[1] ? one : low)));
}

type Point = readonly [hours: number, rssMb: number];
