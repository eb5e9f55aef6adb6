import type { SimulationResult } from './simulation.ts';

/** What a simulated day comes to. */
export interface DaySummary {
  readonly studies: number;
  readonly meanPods: number;
  readonly peakPods: number;
  /** Of jobs of the queue, until they have a place. */
  readonly wait: Waits;
  /** The same with their wait for the inference worker of their pod. */
  readonly wholeWait: Waits;
  /** Of those that somebody waits for. */
  readonly interactiveWait: Waits;
  /** From being asked for to the report in the EHR. */
  readonly fromAsking: Waits;
  /** From the last image to the report in the EHR, seconds, of jobs of the queue. */
  readonly toReport: Waits;
  /** Minutes in which pods were there, for a thousand studies: with a GPU each, so long a GPU is taken. */
  readonly podMinutesPerThousand: number;
  /** Minutes inside the networks for a thousand studies. */
  readonly networkMinutesPerThousand: number;
  /** Of the time of all pods, in which their inference worker was busy. */
  readonly workerBusy: number;
  readonly bytesPerStudy: number;
  /** Over the busiest quarter of an hour. */
  readonly peakGigabits: number;
  readonly peakReportsPerSecond: number;
  readonly begunAgain: number;
  readonly refused: number;
}

export interface Waits {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const daySeconds = 86_400;
const quarterSeconds = 900;

export function summarise({ outcomes, moments, podSeconds, inferenceSeconds }: SimulationResult): DaySummary {
  const jobs = outcomes.filter(({ study }) => !study.interactive);
  const waitedFor = outcomes.filter(({ study }) => study.interactive);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const perThousand = outcomes.length / 1000;
  return {
    studies: outcomes.length,
    meanPods: podSeconds / daySeconds,
    peakPods: moments.reduce((most, { heldPods }) => Math.max(most, heldPods), 0),
    wait: waits(jobs.map(({ waitSeconds }) => waitSeconds)),
    wholeWait: waits(jobs.map(({ waitSeconds, workerWaitSeconds }) => waitSeconds + workerWaitSeconds)),
    interactiveWait: waits(waitedFor.map(({ waitSeconds }) => waitSeconds)),
    fromAsking: waits(jobs.map(({ doneAt, study }) => doneAt - study.askedAt)),
    toReport: waits(jobs.map(({ doneAt, study }) => doneAt - study.imagedAt)),
    podMinutesPerThousand: podSeconds / 60 / perThousand,
    networkMinutesPerThousand: sum(outcomes.map(({ study }) => study.networkSeconds)) / 60 / perThousand,
    workerBusy: inferenceSeconds / podSeconds,
    bytesPerStudy: sum(outcomes.map(({ study }) => study.bytes)) / outcomes.length,
    peakGigabits: (peakOf(moments.map(({ at, bytes }) => [at, bytes])) * 8) / 1e9,
    peakReportsPerSecond: busiestQuarter(outcomes.map(({ doneAt }) => doneAt)),
    begunAgain: outcomes.filter(({ begun }) => begun > 1).length,
    refused: sum(outcomes.map(({ refused }) => refused)),
  };
}

/** The nearest rank. */
function waits(values: readonly number[]): Waits {
  const sorted = Float64Array.from(values).sort();
  const quantile = (fraction: number) => sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? 0;
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}

/** Growth a second of a counter over the quarter of an hour in which it grew most. */
function peakOf(counter: readonly (readonly [at: number, value: number])[]): number {
  const quarters = new Map<number, number>();
  for (const [at, value] of counter) quarters.set(Math.floor(at / quarterSeconds), value);
  let [most, before] = [0, 0];
  for (const value of quarters.values()) {
    most = Math.max(most, value - before);
    before = value;
  }
  return most / quarterSeconds;
}

/** Events a second in the busiest quarter of an hour. */
export function busiestQuarter(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const at of times) {
    const quarter = Math.floor(at / quarterSeconds);
    counts.set(quarter, (counts.get(quarter) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values()) / quarterSeconds;
}
