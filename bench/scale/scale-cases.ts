import {
  hospitalDay,
  nationalOutbreak,
  type PodKind,
  regionalOutbreak,
  type Scenario,
  type Syntax,
} from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';

/** Whether what a case says of the inference worker was measured. */
export type Evidence = 'measured' | 'computed, not measured' | 'assumed, not measured';

export interface MainCase {
  readonly name: string;
  readonly evidence: Evidence;
  readonly kind: PodKind;
  readonly syntax: Syntax;
  readonly scenario: Scenario;
}

/** The table and the picture. */
export function mainCases(times: ServiceTimes): readonly MainCase[] {
  const outbreak = (name: string, kind: PodKind, evidence: Evidence, syntax: Syntax = 'raw'): MainCase => ({
    name: `outbreak, ${name}`,
    evidence,
    kind,
    syntax,
    scenario: nationalOutbreak(times, kind, syntax),
  });
  return [
    {
      name: 'hospital day, CPU pods',
      evidence: 'measured',
      kind: 'cpu',
      syntax: 'raw',
      scenario: hospitalDay(times),
    },
    outbreak('CPU pods', 'cpu', 'measured'),
    outbreak('CPU pods, JPEG-LS', 'cpu', 'measured', 'jpeg-ls'),
    outbreak('CPU pods, large networks', 'cpu-paper', 'computed, not measured'),
    outbreak('GPU pods, fast', 'gpu-fast', 'assumed, not measured'),
    outbreak('GPU pods, likely', 'gpu-likely', 'assumed, not measured'),
    outbreak('GPU pods, slow', 'gpu-slow', 'assumed, not measured'),
    {
      name: 'outbreak in a region of 100 hospitals, CPU pods',
      evidence: 'measured',
      kind: 'cpu',
      syntax: 'raw',
      scenario: regionalOutbreak(times, 'cpu'),
    },
  ];
}
