/** What two processes of the service do under load, on the cores that they share. */
import { interleave, type Sample } from '../interleave.ts';
import { about, whyMissed } from '../load/about.ts';
import { inferenceAlone } from '../load/alone.ts';
import { loadFigures } from '../load/load-figures.ts';
import { type Answered, offer, saturate } from '../load/offer.ts';
import { openServedPair, type ServedPair, writeSmallStudy } from '../load/served-pair.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'load',
  title: 'Under load',
  missing: () => (process.platform === 'linux' ? [] : ['/proc of Linux']),
  run,
};

const seconds = 12;
/** Of the inference-bound limit. */
const levels = [0.25, 0.5, 0.75] as const;
const overload = 3;
async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('makes the study and starts two processes');
  const { study } = await writeSmallStudy(folder);
  const pair = await openServedPair(folder, study, { inFlight: 2, waiting: 4 });
  try {
    // Compiled and warm, as a service is all day.
    await saturate(pair, { each: 3, seconds });
    let limit = 0;
    const measured = await interleave(
      rounds,
      {
        'inference alone': async () => {
          limit = await inferenceAlone(folder, seconds);
          return { perSecond: limit };
        },
        saturated: () => saturated(pair),
        'at 25 %': () => offered(pair, levels[0] * limit),
        'at 50 %': () => offered(pair, levels[1] * limit),
        'at 75 %': () => offered(pair, levels[2] * limit),
        'at 300 %': () => offered(pair, overload * limit),
      },
      (done) => note(`round ${done}`),
    );
    const figures = loadFigures(measured);
    const codes = await pair.close();
    if (codes.some((code) => code !== 0)) throw new Error(`A process ended with ${codes.join(', ')}.`);
    return { figures, versions: { node: process.versions.node }, about, whyMissed };
  } catch (error) {
    await pair.close();
    throw error;
  }
}

async function saturated(pair: ServedPair): Promise<Sample> {
  const before = await pair.cpuSeconds();
  const { answers, perSecond } = await saturate(pair, { each: 3, seconds });
  return { perSecond, cpu: (await pair.cpuSeconds()) - before, ...sampleOf(answers) };
}

async function offered(pair: ServedPair, perSecond: number): Promise<Sample> {
  return sampleOf(await offer(pair, { perSecond, seconds }));
}

function sampleOf(answers: readonly Answered[]): Sample {
  const timesOf = (status: number) =>
    answers
      .filter((one) => one.status === status)
      .map(({ ms }) => ms)
      .toSorted((a, b) => a - b);
  const [done, refused] = [timesOf(200), timesOf(503)];
  return {
    done: done.length,
    refused: refused.length,
    lost: answers.length - done.length - refused.length,
    p50: quantile(done, 0.5),
    p95: quantile(done, 0.95),
    refusedP95: quantile(refused, 0.95),
    refusedMax: refused.at(-1) ?? 0,
  };
}

/** The nearest rank; 0 of none. */
function quantile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? 0;
}
