import { drawStudies } from './draw-studies.ts';
import { type MainCase, mainCases } from './scale-cases.ts';
import type { Scenario } from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';
import { simulate } from './simulate.ts';
import type { SimulationResult } from './simulation.ts';
import { type DaySummary, summarise } from './summarise.ts';
import { type Variation, variations } from './variations.ts';

export interface SimulatedCase {
  readonly main: MainCase;
  /** One a seed, from 1 on. */
  readonly days: readonly DaySummary[];
}

export interface SimulatedVariation {
  readonly variation: Variation;
  /** Of seed 1, so that all of them meet the very same studies. */
  readonly day: DaySummary;
}

export interface Simulated {
  readonly cases: readonly SimulatedCase[];
  readonly variations: readonly SimulatedVariation[];
}

/** Everything that docs/SCALING.md tells: the same for the same service times. */
export function simulateCases(
  times: ServiceTimes,
  days: number,
  note: (text: string) => void = () => {},
): Simulated {
  const cases = mainCases(times).map((main) => {
    note(main.name);
    return simulateCase(main, days);
  });
  const varied = variations(times).map((variation) => {
    note(`what if: ${variation.name}`);
    return { variation, day: summarise(simulateDay(variation.scenario, 1)) };
  });
  return { cases, variations: varied };
}

export function simulateCase(main: MainCase, days: number): SimulatedCase {
  const seeds = Array.from({ length: days }, (_, day) => day + 1);
  return { main, days: seeds.map((seed) => summarise(simulateDay(main.scenario, seed))) };
}

/** A day that follows on one like it. */
export function simulateDay({ demand, settings }: Scenario, seed: number): SimulationResult {
  const initialPods = podsAtMidnight({ demand, settings });
  return simulate(drawStudies(demand, seed), { ...settings, initialPods });
}

/** By Little's law: what comes times what it stays is in flight. */
function podsAtMidnight({ demand: { rates, study }, settings: { autoscaler, link } }: Scenario): number {
  const { findSeconds, bytes, aroundSeconds, networkSeconds, publishSeconds } = study;
  const stay = findSeconds + bytes / link.perTransfer + aroundSeconds + networkSeconds + publishSeconds;
  const needed = Math.ceil(((rates[0] ?? 0) * stay) / autoscaler.perPod.inFlight);
  return Math.min(autoscaler.maxReplicas, Math.max(autoscaler.minReplicas, needed));
}
