import { type AnalysisStage, analysisStages } from '../../src/analysis/analyze.ts';
import type { FigureDraft, Target } from '../figure.ts';
import { quantityOf, type Rounds, type Sample } from '../interleave.ts';

/** `two`: two processes with a study each, at once. */
export type EndToEndCase = 'floor' | 'lanes' | 'process' | 'two' | 'curl' | 'curlJpegLs';
export type FullWidthCase = 'floor' | 'process';

/** Storing into the PACS is not asked for. */
export const timedStages = analysisStages.filter((stage): stage is AnalysisStage => stage !== 'store');

export const names = {
  raw: '275 slices',
  jpegLs: '275 slices, JPEG-LS',
  pair: 'two studies at once',
  two: 'two processes',
  fullWidth: '275 slices, full-width U-Net',
  floor: 'compute floor',
  lanes: 'floor, a session a core',
} as const;

/** The metrics that have a target, for who explains why one is missed. */
export const metrics = {
  overFloor: `POST to published / ${names.floor}`,
  beyond: 'POST to published, beyond the compute floor',
  peak: 'peak RSS',
  second: 'time / that of one study',
  share: 'throughput / what the cores allow',
} as const;

/** How much faster two processes may be than one: were all cores busy, the same CPU time would take so long. */
export function coresAllow({
  pairMs,
  pairCpuMs,
  cores,
}: Readonly<Record<'pairMs' | 'pairCpuMs' | 'cores', number>>) {
  return (pairMs * cores) / pairCpuMs;
}

/** Ratios and targets first. */
export function endToEndFigures(
  measured: Rounds<EndToEndCase>,
  fullWidth: Rounds<FullWidthCase>,
  cores: number,
): readonly FigureDraft[] {
  const { each, values } = measured;
  const seconds = (of: string, metric: string, name: EndToEndCase, quantity: string) =>
    draft(of, metric, 's', inSeconds(values(name, quantity)));
  const overFloor = (quantity: string, floor: 'floor' | 'lanes') =>
    each((round) => quantityOf(round.process, quantity) / quantityOf(round[floor], 'wallMs'));
  const own = (of: (process: Sample) => number) => each(({ process }) => of(process));
  const speedUp = each(({ process, two }) => quantityOf(process, 'pairMs') / quantityOf(two, 'wallMs'));
  const allowed = own((process) =>
    coresAllow({ pairMs: quantityOf(process, 'pairMs'), pairCpuMs: quantityOf(process, 'pairCpuMs'), cores }),
  );
  return [
    draft(names.raw, metrics.overFloor, 'x', overFloor('warmMs', 'floor'), { atMost: 1.5 }),
    draft(names.raw, metrics.beyond, 's', beyond(measured, 'warmMs'), { atMost: 3 }),
    draft(names.raw, metrics.peak, 'MB', values('process', 'peakRss'), { atMost: 1000 }),
    draft(
      names.pair,
      metrics.second,
      'x',
      own((of) => quantityOf(of, 'pairMs') / quantityOf(of, 'warmMs')),
      { atMost: 2.05 },
    ),
    draft(
      names.two,
      metrics.share,
      'x',
      speedUp.map((ratio, round) => ratio / (allowed[round] ?? Number.NaN)),
      { atLeast: 0.9 },
    ),
    draft(
      names.fullWidth,
      metrics.overFloor,
      'x',
      fullWidth.each(({ process, floor }) => quantityOf(process, 'wallMs') / quantityOf(floor, 'wallMs')),
      { atMost: 1.15 },
    ),
    seconds(names.raw, 'POST to published', 'process', 'warmMs'),
    seconds(names.raw, 'POST to published, first of a process', 'process', 'firstMs'),
    draft(names.raw, `POST to published / ${names.lanes}`, 'x', overFloor('warmMs', 'lanes')),
    seconds(names.raw, 'CPU of the service', 'process', 'warmCpuMs'),
    draft(
      names.raw,
      `CPU of the service / that of the ${names.floor}`,
      'x',
      each(({ process, floor }) => quantityOf(process, 'warmCpuMs') / quantityOf(floor, 'cpuMs')),
    ),
    seconds(names.raw, 'CPU of PACS and EHR', 'process', 'warmPeersCpuMs'),
    draft(
      names.raw,
      'cores busy',
      '',
      own(
        (of) => (quantityOf(of, 'warmCpuMs') + quantityOf(of, 'warmPeersCpuMs')) / quantityOf(of, 'warmMs'),
      ),
    ),
    draft(names.raw, 'RSS when ready', 'MB', values('process', 'readyRss')),
    ...timedStages.map((stage) => seconds(names.raw, `stage ${stage}`, 'process', `${stage}Ms`)),
    draft(names.raw, 'event loop delay, p99', 'ms', values('process', 'eventLoopP99Ms')),
    draft(names.raw, 'curl of the series', 'ms', values('curl', 'wallMs')),
    draft(
      names.raw,
      'stage retrieve / curl of the series',
      'x',
      each(({ process, curl }) => quantityOf(process, 'retrieveMs') / quantityOf(curl, 'wallMs')),
    ),
    seconds(names.jpegLs, 'POST to published', 'process', 'jpegLsMs'),
    draft(names.jpegLs, metrics.overFloor, 'x', overFloor('jpegLsMs', 'floor')),
    draft(names.jpegLs, metrics.beyond, 's', beyond(measured, 'jpegLsMs')),
    seconds(names.jpegLs, 'CPU of the service', 'process', 'jpegLsCpuMs'),
    draft(names.jpegLs, 'curl of the series', 'ms', values('curlJpegLs', 'wallMs')),
    seconds(names.pair, 'first POST to last published', 'process', 'pairMs'),
    draft(names.pair, 'peak RSS', 'MB', values('process', 'pairPeakRss')),
    seconds(names.two, 'a study each, first POST to last published', 'two', 'wallMs'),
    draft(names.two, 'throughput / that of one process', 'x', speedUp),
    draft(names.two, 'what the cores allow', 'x', allowed),
    draft(names.two, 'peak RSS of both', 'MB', values('two', 'peakRss')),
    draft(names.fullWidth, 'POST to published', 's', inSeconds(fullWidth.values('process', 'wallMs'))),
    draft(names.fullWidth, metrics.beyond, 's', beyond(fullWidth, 'wallMs')),
    draft(names.fullWidth, names.floor, 's', inSeconds(fullWidth.values('floor', 'wallMs'))),
    draft(names.fullWidth, 'peak RSS', 'MB', fullWidth.values('process', 'peakRss')),
    seconds(names.floor, 'wall', 'floor', 'wallMs'),
    seconds(names.lanes, 'wall', 'lanes', 'wallMs'),
  ];
}

function draft(
  of: string,
  metric: string,
  unit: string,
  values: readonly number[],
  target?: Target,
): FigureDraft {
  return { case: of, metric, unit, values, ...(target && { target }) };
}

const inSeconds = (values: readonly number[]) => values.map((ms) => ms / 1000);

/** Seconds of a process that the floor of the same round does not take. */
function beyond({ each }: Pick<Rounds<FullWidthCase>, 'each'>, quantity: string): readonly number[] {
  return each(({ process, floor }) => (quantityOf(process, quantity) - quantityOf(floor, 'wallMs')) / 1000);
}
