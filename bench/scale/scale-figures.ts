import type { FigureDraft } from '../figure.ts';
import { messagesOf } from './capacities.ts';
import { reportsOf } from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';
import type { Simulated, SimulatedCase, SimulatedVariation } from './simulate-cases.ts';
import type { DaySummary } from './summarise.ts';

/** The lines of `npm run bench -- scale --json`. What nobody measured says so in the name of its case. */
export function scaleFigures(times: ServiceTimes, simulated: Simulated): readonly FigureDraft[] {
  return [
    ...simulated.cases.flatMap((one) => caseFigures(times, one)),
    ...simulated.variations.flatMap(variationFigures),
  ];
}

function caseFigures(times: ServiceTimes, { main, days }: SimulatedCase): readonly FigureDraft[] {
  const { name, evidence, kind, scenario } = main;
  const { study } = scenario.demand;
  const named = evidence === 'measured' ? name : `${name} (${evidence})`;
  const figure = (metric: string, unit: string, of: (day: DaySummary) => number): FigureDraft => ({
    case: named,
    metric,
    unit,
    values: days.map(of),
  });
  const { bundleBytes, analysisBytes, requestsPerReport } = reportsOf(times);
  const messages = messagesOf(
    study.findSeconds + study.aroundSeconds + study.networkSeconds + study.publishSeconds,
  );
  const inference = kind.startsWith('gpu') ? 'GPU' : 'network';
  return [
    figure('studies', 'studies', ({ studies }) => studies),
    figure('pods, mean', 'pods', ({ meanPods }) => meanPods),
    figure('pods, most', 'pods', ({ peakPods }) => peakPods),
    figure('queue wait, p50', 's', ({ wait }) => wait.p50),
    figure('queue wait, p95', 's', ({ wait }) => wait.p95),
    figure('queue wait, p99', 's', ({ wait }) => wait.p99),
    figure('queue wait and wait for the worker, p95', 's', ({ wholeWait }) => wholeWait.p95),
    figure('wait of who asks, p95', 's', ({ interactiveWait }) => interactiveWait.p95),
    figure('from asking to the report, p95', 's', ({ fromAsking }) => fromAsking.p95),
    figure('from the last image to the report, p95', 's', ({ toReport }) => toReport.p95),
    figure('inference worker busy', '%', ({ workerBusy }) => workerBusy * 100),
    figure('pod minutes per 1,000 studies', 'min', ({ podMinutesPerThousand }) => podMinutesPerThousand),
    figure(
      `${inference} minutes per 1,000 studies`,
      'min',
      ({ networkMinutesPerThousand }) => networkMinutesPerThousand,
    ),
    figure('egress of the PACS per study', 'MB', ({ bytesPerStudy }) => bytesPerStudy / 1e6),
    figure('egress of the PACS, busiest quarter', 'Gbit/s', ({ peakGigabits }) => peakGigabits),
    figure('to the EHR per study', 'kB', () => bundleBytes / 1e3),
    figure('reports, busiest quarter', '1/s', ({ peakReportsPerSecond }) => peakReportsPerSecond),
    figure('requests to EHRs, busiest quarter', '1/s', (day) => day.peakReportsPerSecond * requestsPerReport),
    figure('NATS messages, busiest quarter', '1/s', (day) => day.peakReportsPerSecond * messages),
    figure('kept in NATS per study', 'kB', () => (bundleBytes + analysisBytes) / 1e3),
    figure('begun again', 'studies', ({ begunAgain }) => begunAgain),
    figure('answered 503', 'answers', ({ refused }) => refused),
  ];
}

function variationFigures({ variation, day }: SimulatedVariation): readonly FigureDraft[] {
  const figure = (metric: string, unit: string, value: number): FigureDraft => ({
    case: `outbreak, CPU pods, what if: ${variation.name}`,
    metric,
    unit,
    values: [value],
  });
  return [
    figure('pods, mean', 'pods', day.meanPods),
    figure('pods, most', 'pods', day.peakPods),
    figure('queue wait, p95', 's', day.wait.p95),
    figure('from asking to the report, p95', 's', day.fromAsking.p95),
    figure('begun again', 'studies', day.begunAgain),
  ];
}
