import { performance } from 'node:perf_hooks';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { samplesOf } from '../../test/support/prometheus/exposition.ts';
import { analyse, type ServedLobar } from '../../test/support/serve-lobar.ts';
import { spreadOf } from '../statistics.ts';
import type { MeasuredStudy } from './service-times.ts';

export interface StudyToMeasure {
  readonly name: string;
  readonly studyInstanceUid: string;
  readonly slices: number;
  readonly matrix: number;
}

const inferenceStages = ['lungs', 'classify', 'opacities', 'quantify'] as const;

/** Has one study analysed and published again and again, alone in a warm service, and gives the medians. */
export async function measureStudy(
  service: ServedLobar,
  { studyInstanceUid, ...about }: StudyToMeasure,
  repeats: number,
): Promise<MeasuredStudy> {
  // The first one compiles, and creates the report: the others find it.
  await analyse(service.url, studyInstanceUid, 'main');
  const runs: Omit<MeasuredStudy, keyof typeof about | 'repeats'>[] = [];
  for (let run = 0; run < repeats; run += 1) runs.push(await measureOnce(service, studyInstanceUid));
  const median = (of: (run: (typeof runs)[number]) => number) =>
    Number(spreadOf(runs.map(of)).median.toPrecision(4));
  return {
    ...about,
    repeats,
    bytesFromPacs: median(({ bytesFromPacs }) => bytesFromPacs),
    findSeconds: median(({ findSeconds }) => findSeconds),
    retrieveSeconds: median(({ retrieveSeconds }) => retrieveSeconds),
    inferenceSeconds: median(({ inferenceSeconds }) => inferenceSeconds),
    networkSeconds: median(({ networkSeconds }) => networkSeconds),
    totalSeconds: median(({ totalSeconds }) => totalSeconds),
  };
}

async function measureOnce(service: ServedLobar, study: string) {
  const before = await countersOf(service);
  const started = performance.now();
  const { timingsMs } = await analyse(service.url, study, 'main');
  const totalSeconds = (performance.now() - started) / 1000;
  const after = await countersOf(service);
  return {
    bytesFromPacs: after.bytes - before.bytes,
    findSeconds: secondsOf(timingsMs, ['find']),
    retrieveSeconds: secondsOf(timingsMs, ['retrieve']),
    inferenceSeconds: secondsOf(timingsMs, inferenceStages),
    networkSeconds: after.networkSeconds - before.networkSeconds,
    totalSeconds,
  };
}

function secondsOf(timingsMs: Analysis['timingsMs'], stages: readonly string[]): number {
  return stages.reduce((sum, stage) => sum + (timingsMs[stage] ?? 0), 0) / 1000;
}

async function countersOf({ metricsUrl = '' }: ServedLobar) {
  const samples = samplesOf(await (await fetch(metricsUrl)).text());
  const sum = (name: string) =>
    [...samples].filter(([key]) => key.startsWith(name)).reduce((total, [, value]) => total + value, 0);
  return {
    bytes: sum('lobar_bytes_retrieved_total'),
    networkSeconds: sum('lobar_inference_seconds_total'),
  };
}
