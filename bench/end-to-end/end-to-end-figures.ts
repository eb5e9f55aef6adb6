import { type AnalysisStage, analysisStages } from '../../src/analysis/analyze.ts';
import { draftFigure, type FigureDraft } from '../figure.ts';
import { quantityOf, type Rounds, type Sample } from '../interleave.ts';
import { type Floors, fasterFloor } from '../pipeline/faster-floor.ts';

/** `two`: two processes with a study each, at once. */
export type EndToEndCase = 'floor' | 'lanes' | 'process' | 'two' | 'curl' | 'curlJpegLs';
/** The same study by other networks, less closely looked at. */
export type OtherNetworksCase = 'floor' | 'lanes' | 'process';

export interface OtherNetworks {
  /** The shipped packages, all of them as fp32. */
  readonly fp32: Rounds<OtherNetworksCase>;
  readonly fullWidth: Rounds<OtherNetworksCase>;
}

/** Storing into the PACS is not asked for. */
export const timedStages = analysisStages.filter((stage): stage is AnalysisStage => stage !== 'store');

export const names = {
  raw: '275 slices',
  jpegLs: '275 slices, JPEG-LS',
  pair: 'two studies at once',
  two: 'two processes',
  fp32: '275 slices, fp32',
  fullWidth: '275 slices, full-width U-Net',
  floor: 'compute floor',
  one: 'floor, one session',
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

/**
 * How much faster two processes may be than one that has both studies at once: were all cores busy, twice the CPU
 * time of a study alone would take so long. What a process with two studies wastes must not lower the bar.
 */
export function coresAllow({
  pairMs,
  aloneCpuMs,
  cores,
}: Readonly<Record<'pairMs' | 'aloneCpuMs' | 'cores', number>>) {
  return (pairMs * cores) / (2 * aloneCpuMs);
}

/** Ratios and targets first. */
export function endToEndFigures(
  measured: Rounds<EndToEndCase>,
  { fp32, fullWidth }: OtherNetworks,
  cores: number,
): readonly FigureDraft[] {
  const { each, values } = measured;
  const seconds = (of: string, metric: string, name: EndToEndCase, quantity: string) =>
    draftFigure(of, metric, 's', inSeconds(values(name, quantity)));
  const own = (of: (process: Sample) => number) => each(({ process }) => of(process));
  const speedUp = each(({ process, two }) => quantityOf(process, 'pairMs') / quantityOf(two, 'wallMs'));
  const allowed = own((process) =>
    coresAllow({
      pairMs: quantityOf(process, 'pairMs'),
      aloneCpuMs: quantityOf(process, 'warmCpuMs') + quantityOf(process, 'warmPeersCpuMs'),
      cores,
    }),
  );
  return [
    draftFigure(names.raw, metrics.overFloor, 'x', overFloor(measured, 'warmMs'), { atMost: 1.5 }),
    draftFigure(names.raw, metrics.beyond, 's', beyond(measured, 'warmMs'), { atMost: 3 }),
    draftFigure(names.raw, metrics.peak, 'MB', values('process', 'peakRss'), { atMost: 1000 }),
    draftFigure(
      names.pair,
      metrics.second,
      'x',
      own((of) => quantityOf(of, 'pairMs') / quantityOf(of, 'warmMs')),
      { atMost: 2.05 },
    ),
    draftFigure(
      names.two,
      metrics.share,
      'x',
      speedUp.map((ratio, round) => ratio / (allowed[round] ?? Number.NaN)),
      { atLeast: 0.9 },
    ),
    draftFigure(names.fp32, metrics.overFloor, 'x', overFloor(fp32, 'wallMs'), { atMost: 1.5 }),
    draftFigure(names.fp32, metrics.beyond, 's', beyond(fp32, 'wallMs'), { atMost: 3 }),
    draftFigure(names.fullWidth, metrics.overFloor, 'x', overFloor(fullWidth, 'wallMs'), { atMost: 1.15 }),
    seconds(names.raw, 'POST to published', 'process', 'warmMs'),
    seconds(names.raw, 'POST to published, first of a process', 'process', 'firstMs'),
    draftFigure(names.raw, `POST to published / ${names.one}`, 'x', over(measured, 'floor', 'warmMs')),
    draftFigure(names.raw, `POST to published / ${names.lanes}`, 'x', over(measured, 'lanes', 'warmMs')),
    seconds(names.raw, 'CPU of the service', 'process', 'warmCpuMs'),
    draftFigure(
      names.raw,
      `CPU of the service / that of the ${names.floor}`,
      'x',
      each((round) => quantityOf(round.process, 'warmCpuMs') / quantityOf(fasterFloor(round), 'cpuMs')),
    ),
    seconds(names.raw, 'CPU of PACS and EHR', 'process', 'warmPeersCpuMs'),
    draftFigure(
      names.raw,
      'cores busy',
      '',
      own(
        (of) => (quantityOf(of, 'warmCpuMs') + quantityOf(of, 'warmPeersCpuMs')) / quantityOf(of, 'warmMs'),
      ),
    ),
    draftFigure(names.raw, 'RSS when ready', 'MB', values('process', 'readyRss')),
    ...timedStages.map((stage) => seconds(names.raw, `stage ${stage}`, 'process', `${stage}Ms`)),
    draftFigure(names.raw, 'event loop delay, p99', 'ms', values('process', 'eventLoopP99Ms')),
    draftFigure(names.raw, 'curl of the series', 'ms', values('curl', 'wallMs')),
    draftFigure(
      names.raw,
      'stage retrieve / curl of the series',
      'x',
      each(({ process, curl }) => quantityOf(process, 'retrieveMs') / quantityOf(curl, 'wallMs')),
    ),
    seconds(names.jpegLs, 'POST to published', 'process', 'jpegLsMs'),
    draftFigure(names.jpegLs, metrics.overFloor, 'x', overFloor(measured, 'jpegLsMs')),
    draftFigure(names.jpegLs, metrics.beyond, 's', beyond(measured, 'jpegLsMs')),
    seconds(names.jpegLs, 'CPU of the service', 'process', 'jpegLsCpuMs'),
    draftFigure(names.jpegLs, 'curl of the series', 'ms', values('curlJpegLs', 'wallMs')),
    seconds(names.pair, 'first POST to last published', 'process', 'pairMs'),
    draftFigure(names.pair, 'peak RSS', 'MB', values('process', 'pairPeakRss')),
    seconds(names.two, 'a study each, first POST to last published', 'two', 'wallMs'),
    draftFigure(names.two, 'throughput / that of one process', 'x', speedUp),
    draftFigure(names.two, 'what the cores allow', 'x', allowed),
    draftFigure(names.two, 'peak RSS of both', 'MB', values('two', 'peakRss')),
    ...ofOther(names.fp32, fp32),
    ...ofOther(names.fullWidth, fullWidth),
    draftFigure(names.fullWidth, metrics.beyond, 's', beyond(fullWidth, 'wallMs')),
    seconds(names.one, 'wall', 'floor', 'wallMs'),
    seconds(names.lanes, 'wall', 'lanes', 'wallMs'),
  ];
}

function ofOther(name: string, measured: Rounds<OtherNetworksCase>): readonly FigureDraft[] {
  const { values } = measured;
  return [
    draftFigure(name, 'POST to published', 's', inSeconds(values('process', 'wallMs'))),
    draftFigure(name, `POST to published / ${names.one}`, 'x', over(measured, 'floor', 'wallMs')),
    draftFigure(name, `POST to published / ${names.lanes}`, 'x', over(measured, 'lanes', 'wallMs')),
    draftFigure(name, names.one, 's', inSeconds(values('floor', 'wallMs'))),
    draftFigure(name, names.lanes, 's', inSeconds(values('lanes', 'wallMs'))),
    draftFigure(name, 'peak RSS', 'MB', values('process', 'peakRss')),
  ];
}

const inSeconds = (values: readonly number[]) => values.map((ms) => ms / 1000);

type FloorRounds = Pick<Rounds<OtherNetworksCase>, 'each'>;
type FloorRound = Floors & { readonly process: Sample };

const floorMs = (round: FloorRound) => quantityOf(fasterFloor(round), 'wallMs');

/** A process over one floor of the same round. */
function over({ each }: FloorRounds, floor: keyof Floors, quantity: string): readonly number[] {
  return each((round) => quantityOf(round.process, quantity) / quantityOf(round[floor], 'wallMs'));
}

/** A process over the faster floor of the same round. */
function overFloor({ each }: FloorRounds, quantity: string): readonly number[] {
  return each((round) => quantityOf(round.process, quantity) / floorMs(round));
}

/** Seconds of a process that the faster floor of the same round does not take. */
function beyond({ each }: FloorRounds, quantity: string): readonly number[] {
  return each((round) => (quantityOf(round.process, quantity) - floorMs(round)) / 1000);
}
