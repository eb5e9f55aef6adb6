import { ratesOfDay } from './arrivals.ts';
import type { AutoscalerSettings } from './autoscaler.ts';
import type { Demand, MeanStudy } from './draw-studies.ts';
import { assumedNetworkSeconds, computedCpuNetworkSeconds, type GpuGuess } from './gpu-assumptions.ts';
import { outbreak, surges, weekday } from './profiles.ts';
import { type MeasuredReports, type ServiceTimes, studyNamed } from './service-times.ts';
import type { SimulationSettings } from './simulation.ts';

/** A day and what it is met with. */
export interface Scenario {
  readonly demand: Demand;
  readonly settings: SimulationSettings;
}

/**
 * What a pod is: `cpu` runs the shipped networks and is measured; `cpu-paper` is computed; those with a GPU run networks
 * of the paper's size and are assumed.
 */
export type PodKind = 'cpu' | 'cpu-paper' | `gpu-${GpuGuess}`;
export type Syntax = 'raw' | 'jpeg-ls';

/** The chart's, with KEDA on requests in flight and on the jobs of the queue. */
export const chartAutoscaler: AutoscalerSettings = {
  pollSeconds: 15,
  perPod: { inFlight: 1.4, jobs: 2 },
  minReplicas: 2,
  maxReplicas: 8,
  tolerance: 0.1,
  up: { pods: 4, percent: 100, periodSeconds: 15 },
  down: { stabilisationSeconds: 600, pods: 1, percent: 0, periodSeconds: 120 },
};

/** [ours] Seconds until a pod has its node, its image and its container; then it starts, which is measured. */
export const assumedNodeSeconds = { warm: 10, newGpuNode: 240 } as const;

export const gigabit = 1e9 / 8;

/** limits.*, their defaults. */
const limits = { places: 2, waiting: 8, waitSeconds: 120, drainSeconds: 25 } as const;
/** watch.*, their defaults. */
const watch = { pollSeconds: 60, stableSeconds: 300 } as const;
/** [ours] Of all studies, those that somebody waits for. */
const interactive = 0.1;

/** One hospital on a weekday: 200 chest CTs, its PACS and pods on a line of 1 Gbit/s. */
export function hospitalDay(times: ServiceTimes, kind: PodKind = 'cpu'): Scenario {
  return {
    demand: {
      rates: ratesOfDay(200, weekday),
      hospitals: 1,
      interactive,
      watch,
      study: meanStudy(times, kind, 'raw'),
    },
    settings: {
      pod: { ...limits, startSeconds: assumedNodeSeconds.warm + times.startSeconds },
      autoscaler: chartAutoscaler,
      link: { bytesPerSecond: gigabit, perTransfer: transferSpeed(times, 'raw') },
    },
  };
}

/** A tenth of the outbreak below, in a place of its own. */
export function regionalOutbreak(times: ServiceTimes, kind: PodKind): Scenario {
  const { demand, settings } = nationalOutbreak(times, kind);
  return {
    demand: { ...demand, hospitals: 100, rates: demand.rates.map((rate) => rate / 10) },
    settings: { ...settings, autoscaler: { ...settings.autoscaler, minReplicas: 2 } },
  };
}

/** A thousand hospitals send 200,000 chest CTs a day to one place, which is on a line of 10 Gbit/s. */
export function nationalOutbreak(times: ServiceTimes, kind: PodKind, syntax: Syntax = 'raw'): Scenario {
  const nodeSeconds = kind.startsWith('gpu') ? assumedNodeSeconds.newGpuNode : assumedNodeSeconds.warm;
  return {
    demand: {
      rates: ratesOfDay(200_000, outbreak, surges),
      hospitals: 1000,
      interactive,
      watch,
      study: meanStudy(times, kind, syntax),
    },
    settings: {
      pod: { ...limits, startSeconds: nodeSeconds + times.startSeconds },
      autoscaler: { ...chartAutoscaler, minReplicas: 4, maxReplicas: 500 },
      // Every hospital has a line of 1 Gbit/s of its own, which one transfer could fill.
      link: { bytesPerSecond: 10 * gigabit, perTransfer: Math.min(gigabit, transferSpeed(times, syntax)) },
    },
  };
}

function meanStudy(times: ServiceTimes, kind: PodKind, syntax: Syntax): MeanStudy {
  const { findSeconds, inferenceSeconds, networkSeconds } = studyNamed(times, realScan);
  return {
    findSeconds,
    bytes: bytesOf(times, syntax),
    aroundSeconds: inferenceSeconds - networkSeconds,
    networkSeconds: networkSecondsOf(kind, networkSeconds),
    publishSeconds: reportsOf(times).publishSeconds,
  };
}

function networkSecondsOf(kind: PodKind, measured: number): number {
  if (kind === 'cpu') return measured;
  if (kind === 'cpu-paper') return computedCpuNetworkSeconds;
  return assumedNetworkSeconds(kind.slice('gpu-'.length) as GpuGuess);
}

/** A patient's scan: phantoms compress too well, and their lungs are quickly found. */
export const realScan = 'LIDC-IDRI-0314';

/** Of the real scan; JPEG-LS by how much smaller dcmtk made it (docs/BENCHMARKS.md). */
export function bytesOf(times: ServiceTimes, syntax: Syntax): number {
  return studyNamed(times, realScan).bytesFromPacs * (syntax === 'raw' ? 1 : 54.84 / 144.7);
}

/** Bytes a second that one transfer, its decoding included, reaches on a line that is no limit. */
function transferSpeed(times: ServiceTimes, syntax: Syntax): number {
  const { bytesFromPacs, retrieveSeconds } = studyNamed(
    times,
    syntax === 'raw' ? realScan : 'thin phantom, JPEG-LS',
  );
  return bytesFromPacs / retrieveSeconds;
}

/** Of a real server, where one was there. */
export function reportsOf({ reports }: ServiceTimes): MeasuredReports {
  const last = reports.at(-1);
  if (last === undefined) throw new Error('No reports were measured: npm run bench -- scale --remeasure');
  return last;
}
