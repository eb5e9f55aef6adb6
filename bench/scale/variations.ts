import type { AutoscalerSettings } from './autoscaler.ts';
import type { PodSettings } from './fleet.ts';
import { gigabit, nationalOutbreak, type Scenario } from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';

export interface Variation {
  readonly name: string;
  readonly scenario: Scenario;
}

/** What if: each is the outbreak on CPU pods, all of it measured, with one thing changed. */
export function variations(times: ServiceTimes): readonly Variation[] {
  const base = nationalOutbreak(times, 'cpu');
  const changes: readonly (readonly [string, Scenario])[] = [
    ['as the chart has it', base],
    ...autoscaling(base),
    ...slowStart(base),
    ...pods(base),
    ['inference takes twice as long', withLoad(base, { inference: 2, arrivals: 1 })],
    ['twice as many studies', withLoad(base, { inference: 1, arrivals: 2 })],
    [
      'twice as many studies, JPEG-LS',
      withLoad(nationalOutbreak(times, 'cpu', 'jpeg-ls'), { inference: 1, arrivals: 2 }),
    ],
    ['line of 5 Gbit/s, raw', withLine(base, 5)],
    ['line of 5 Gbit/s, JPEG-LS', withLine(nationalOutbreak(times, 'cpu', 'jpeg-ls'), 5)],
    ['line of 1 Gbit/s, JPEG-LS', withLine(nationalOutbreak(times, 'cpu', 'jpeg-ls'), 1)],
  ];
  return changes.map(([name, scenario]) => ({ name, scenario }));
}

type Changes = readonly (readonly [string, Scenario])[];
type Down = AutoscalerSettings['down'];

const oneAMinute = { pods: 1, percent: 0, periodSeconds: 60 } as const;
const fourAMinute = { pods: 4, percent: 0, periodSeconds: 60 } as const;
const allAtOnce = { pods: 1000, percent: 0, periodSeconds: 15 } as const;
const tenthAMinute = { pods: 1, percent: 10, periodSeconds: 60 } as const;

function autoscaling(base: Scenario): Changes {
  return [
    ['target: 0.7 in flight or 1 job a pod', withTarget(base, 0.7, 1)],
    ['target: 1 in flight or 1.4 jobs a pod', withTarget(base, 1, 1.4)],
    ['target: 2 in flight or 2.9 jobs a pod', withTarget(base, 2, 2.9)],
    ['up by 1 pod a minute', withScaling(base, { up: oneAMinute })],
    ['down after 60 s', withDown(base, { stabilisationSeconds: 60 })],
    ['down after 300 s', withDown(base, { stabilisationSeconds: 300 })],
    ['down after 1,800 s', withDown(base, { stabilisationSeconds: 1800 })],
    ['down after 600 s, then all at once', withDown(base, allAtOnce)],
    ['down after 60 s, then all at once', withDown(base, { ...allAtOnce, stabilisationSeconds: 60 })],
  ];
}

function slowStart(base: Scenario): Changes {
  return [240, 600].flatMap((startSeconds): Changes => {
    const slow = withPod(base, { startSeconds });
    const name = `pods ready after ${startSeconds} s`;
    return [
      [name, slow],
      [`${name}, up by 4 a minute`, withScaling(slow, { up: fourAMinute })],
      [`${name}, down by a tenth a minute`, withDown(slow, tenthAMinute)],
      [
        `${name}, up by 4 a minute, down by a tenth a minute`,
        withDown(withScaling(slow, { up: fourAMinute }), tenthAMinute),
      ],
    ];
  });
}

function pods(base: Scenario): Changes {
  return [
    ['limits.inFlight 1, target 0.7 in flight or 1 job', withTarget(withPod(base, { places: 1 }), 0.7, 1)],
    ['limits.inFlight 1, target 1.4 in flight or 2 jobs', withPod(base, { places: 1 })],
    ['limits.inFlight 3, target 2.1 in flight or 2 jobs', withTarget(withPod(base, { places: 3 }), 2.1, 2)],
    ['at most 8 pods, as the chart has it', withScaling(base, { maxReplicas: 8 })],
    ['at most 24 pods', withScaling(base, { maxReplicas: 24 })],
    ['at most 40 pods', withScaling(base, { maxReplicas: 40 })],
  ];
}

function withSettings(scenario: Scenario, change: Partial<Scenario['settings']>): Scenario {
  return { ...scenario, settings: { ...scenario.settings, ...change } };
}

function withPod(scenario: Scenario, change: Partial<PodSettings>): Scenario {
  return withSettings(scenario, { pod: { ...scenario.settings.pod, ...change } });
}

function withScaling(scenario: Scenario, change: Partial<AutoscalerSettings>): Scenario {
  return withSettings(scenario, { autoscaler: { ...scenario.settings.autoscaler, ...change } });
}

function withTarget(scenario: Scenario, inFlight: number, jobs: number): Scenario {
  return withScaling(scenario, { perPod: { inFlight, jobs } });
}

function withDown(scenario: Scenario, change: Partial<Down>): Scenario {
  return withScaling(scenario, { down: { ...scenario.settings.autoscaler.down, ...change } });
}

function withLine(scenario: Scenario, gigabits: number): Scenario {
  const { perTransfer } = scenario.settings.link;
  return withSettings(scenario, { link: { bytesPerSecond: gigabits * gigabit, perTransfer } });
}

/** So many times as long in the inference worker, so many times as many studies. */
function withLoad(
  scenario: Scenario,
  { inference, arrivals }: { readonly inference: number; readonly arrivals: number },
): Scenario {
  const { demand } = scenario;
  const study = {
    ...demand.study,
    aroundSeconds: demand.study.aroundSeconds * inference,
    networkSeconds: demand.study.networkSeconds * inference,
  };
  return { ...scenario, demand: { ...demand, study, rates: demand.rates.map((rate) => rate * arrivals) } };
}
