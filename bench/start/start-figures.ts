import type { FigureDraft } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';
import { spreadOf } from '../statistics.ts';
import type { SuiteResult } from '../suite.ts';

/** `networks`: a process that opens them, and nothing else. */
export type StartCase = 'first' | 'again' | 'networks';

const names = { first: 'first start', again: 'next start', networks: 'networks alone' } as const;
const ready = 'ready after';

/** @param image - size of the unpacked image, MB, where there is one */
export function startFigures(
  { each, values }: Rounds<StartCase>,
  image: number | undefined,
): readonly FigureDraft[] {
  const seconds = (name: StartCase, metric: string, quantity: string): FigureDraft => ({
    case: names[name],
    metric,
    unit: 's',
    values: values(name, quantity).map((ms) => ms / 1000),
  });
  const memory = (name: StartCase, metric: string, quantity: string): FigureDraft => ({
    case: names[name],
    metric,
    unit: 'MB',
    values: values(name, quantity),
  });
  return [
    ...(['first', 'again'] as const).flatMap((name): FigureDraft[] => [
      { ...seconds(name, ready, 'wallMs'), target: { atMost: 4 } },
      {
        case: names[name],
        metric: `${ready} / ${names.networks}`,
        unit: 'x',
        values: each((round) => quantityOf(round[name], 'wallMs') / quantityOf(round.networks, 'wallMs')),
      },
      seconds(name, 'CPU until ready', 'cpuMs'),
      memory(name, 'RSS when ready', 'rss'),
      memory(name, 'peak RSS until ready', 'peakRss'),
    ]),
    seconds('networks', 'start to end of a process', 'wallMs'),
    memory('networks', 'RSS', 'rss'),
    ...(image === undefined
      ? []
      : [{ case: 'image', metric: 'unpacked', unit: 'MB', values: each(() => image) }]),
  ];
}

/** Why a start takes longer than it should, where one does: what was measured of it, medians. */
export function whyMissed({ values }: Rounds<StartCase>): SuiteResult['whyMissed'] {
  const why = (name: StartCase) => {
    const s = (of: StartCase, quantity: string) =>
      `${(spreadOf(values(of, quantity)).median / 1000).toFixed(1)} s`;
    return `It used ${s(name, 'cpuMs')} of CPU; a process that opens the networks and nothing else takes ${s('networks', 'wallMs')}.`;
  };
  return {
    [names.first]: { [ready]: why('first') },
    [names.again]: { [ready]: why('again') },
  };
}
