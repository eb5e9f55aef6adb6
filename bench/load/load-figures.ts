import type { FigureDraft } from '../figure.ts';
import { quantityOf, type Rounds } from '../interleave.ts';

export type LoadCase = 'inference alone' | 'saturated' | 'at 25 %' | 'at 50 %' | 'at 75 %' | 'at 300 %';

const levels = ['at 25 %', 'at 50 %', 'at 75 %'] as const;
const alone = 'inference alone';

export function loadFigures({ values, each }: Rounds<LoadCase>): readonly FigureDraft[] {
  const ms = (name: LoadCase, metric: string, quantity: string): FigureDraft => ({
    case: name,
    metric,
    unit: 'ms',
    values: values(name, quantity),
  });
  return [
    { case: alone, metric: 'throughput', unit: 'analyses/s', values: values(alone, 'perSecond') },
    {
      case: 'saturated',
      metric: 'throughput',
      unit: 'analyses/s',
      values: values('saturated', 'perSecond'),
    },
    {
      case: 'saturated',
      metric: `throughput / ${alone}`,
      unit: 'x',
      values: each(
        (round) => quantityOf(round.saturated, 'perSecond') / quantityOf(round[alone], 'perSecond'),
      ),
      target: { atLeast: 0.9 },
    },
    ...(['saturated', ...levels, 'at 300 %'] as const).flatMap((name) => [
      ms(name, 'admitted, p50', 'p50'),
      ms(name, 'admitted, p95', 'p95'),
    ]),
    {
      case: 'at 300 %',
      metric: 'answered 200',
      unit: 'requests',
      values: values('at 300 %', 'done'),
    },
    {
      case: 'at 300 %',
      metric: 'refused with 503',
      unit: 'requests',
      values: values('at 300 %', 'refused'),
    },
    {
      case: 'at 300 %',
      metric: 'neither answered nor refused',
      unit: 'requests',
      values: values('at 300 %', 'lost'),
      target: { atMost: 0 },
    },
    { ...ms('at 300 %', 'refused within, p95', 'refusedP95'), target: { atMost: 50 } },
    ms('at 300 %', 'refused within, slowest', 'refusedMax'),
  ];
}
