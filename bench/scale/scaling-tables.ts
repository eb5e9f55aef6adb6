import { spreadOf } from '../statistics.ts';
import { type Capacity, capacities, messagesOf } from './capacities.ts';
import { assumedNetworkSeconds, assumptions, computedCpuNetworkSeconds } from './gpu-assumptions.ts';
import type { MainCase } from './scale-cases.ts';
import { chartAutoscaler, reportsOf } from './scenario.ts';
import type { ServiceTimes } from './service-times.ts';
import type { SimulatedCase, SimulatedVariation } from './simulate-cases.ts';
import type { DaySummary } from './summarise.ts';

/** Markdown: what was measured. */
export function inputsTable({ date, commit, machine, ...times }: ServiceTimes): string {
  const studies = times.studies.map((study) => [
    study.name,
    `${study.slices} x ${study.matrix} x ${study.matrix}`,
    megabytes(study.bytesFromPacs),
    `${digits(study.findSeconds)} s`,
    `${digits(study.retrieveSeconds)} s`,
    `${digits(study.inferenceSeconds)} s`,
    `${digits(study.networkSeconds)} s`,
  ]);
  const reports = times.reports.map((report) => [
    report.ehr,
    `${digits(report.publishSeconds)} s`,
    digits(report.requestsPerReport),
    digits(report.resourcesPerReport),
    kilobytes(report.bundleBytes),
    kilobytes(report.analysisBytes),
  ]);
  return [
    `${date}, commit ${commit}, ${machine}: one process of \`lobar serve\` with the shipped networks has the machine to
itself but for the PACS and the EHR beside it, and is ready ${digits(times.startSeconds)} s after its start.
${times.note ?? ''}`.trim(),
    table(
      [
        'study',
        'slices',
        'from the PACS',
        'find',
        'retrieve and decode',
        'inference worker',
        'of it in networks',
      ],
      studies,
    ),
    table(['EHR', 'a new report', 'requests', 'resources', 'Bundle', 'Analysis'], reports),
    ...(times.queue
      ? [
          `NATS (${times.queue.server}): ${times.queue.storedPerSecond} messages of ${times.queue.messageBytes} bytes a second, stored on disk and acknowledged.`,
        ]
      : []),
  ].join('\n\n');
}

/** Markdown: what is not measured, and what it comes to. */
export function assumptionsTable(): string {
  const gpu = (['fast', 'likely', 'slow'] as const).map((guess) => [
    `GPU, ${guess}`,
    `${assumptions.gpu}, ${assumptions.fractions[guess] * 100} % of it`,
    `${digits(assumedNetworkSeconds(guess))} s`,
  ]);
  const cpu = ['CPU, large networks', 'two cores of 80 GFLOP/s', `${digits(computedCpuNetworkSeconds)} s`];
  return table([`assumed, not measured: ${assumptions.study}`, 'at', 'in networks'], [...gpu, cpu]);
}

const dayColumns = [
  'day',
  'pods: mean, most',
  'worker busy',
  'queue wait p50 / p95 / p99',
  'with the wait in the pod p95',
  'asked to report p95',
  'last image to report p95',
  'pod minutes per 1,000',
  'GPU minutes per 1,000: taken, busy',
];

const trafficColumns = [
  'day',
  'PACS, per study',
  'PACS, busiest',
  'reports, busiest',
  'requests to EHRs, busiest',
  'NATS messages, busiest',
];

/** Markdown: the days, the median of some of them. */
export function daysTable(times: ServiceTimes, cases: readonly SimulatedCase[]): string {
  const days = cases[0]?.days.length ?? 0;
  const { bundleBytes, analysisBytes } = reportsOf(times);
  return [
    `Median of ${days} days, seeds 1 to ${days}.`,
    table(dayColumns, cases.map(dayRow)),
    `What goes over the lines; "busiest" is the mean of the busiest quarter of an hour. A report takes ${kilobytes(bundleBytes)}
to the EHR, and a job ${kilobytes(bundleBytes + analysisBytes)} in NATS if what it is kept for holds Analysis and Bundle.`,
    table(
      trafficColumns,
      cases.map((one) => trafficRow(times, one)),
    ),
  ].join('\n\n');
}

type Median = (of: (day: DaySummary) => number) => string;

const medianOf =
  (days: readonly DaySummary[]): Median =>
  (of) =>
    digits(spreadOf(days.map(of)).median);

/** The cells of one row of the first table. */
export function dayRow({ main, days }: SimulatedCase): readonly string[] {
  const median = medianOf(days);
  return [
    `${main.name}${mark(main)}`,
    `${median(({ meanPods }) => meanPods)}, ${median(({ peakPods }) => peakPods)}`,
    `${median(({ workerBusy }) => workerBusy * 100)} %`,
    `${median(({ wait }) => wait.p50)} / ${median(({ wait }) => wait.p95)} / ${median(({ wait }) => wait.p99)} s`,
    `${median(({ wholeWait }) => wholeWait.p95)} s`,
    `${median(({ fromAsking }) => fromAsking.p95)} s`,
    `${median(({ toReport }) => toReport.p95)} s`,
    median(({ podMinutesPerThousand }) => podMinutesPerThousand),
    gpuMinutes(main, median),
  ];
}

function trafficRow(times: ServiceTimes, { main, days }: SimulatedCase): readonly string[] {
  const median = medianOf(days);
  const { study } = main.scenario.demand;
  const atWork = study.findSeconds + study.aroundSeconds + study.networkSeconds + study.publishSeconds;
  const { requestsPerReport } = reportsOf(times);
  return [
    main.name,
    `${median(({ bytesPerStudy }) => bytesPerStudy / 1e6)} MB`,
    `${median(({ peakGigabits }) => peakGigabits)} Gbit/s`,
    `${median(({ peakReportsPerSecond }) => peakReportsPerSecond)} /s`,
    `${median(({ peakReportsPerSecond }) => peakReportsPerSecond * requestsPerReport)} /s`,
    `${median(({ peakReportsPerSecond }) => peakReportsPerSecond * messagesOf(atWork))} /s`,
  ];
}

function gpuMinutes({ kind }: MainCase, median: Median): string {
  if (!kind.startsWith('gpu')) return 'none';
  const taken = median(({ podMinutesPerThousand }) => podMinutesPerThousand);
  return `${taken}, ${median(({ networkMinutesPerThousand }) => networkMinutesPerThousand)} (assumed)`;
}

const mark = ({ evidence }: MainCase) => (evidence === 'measured' ? '' : ` (**${evidence}**)`);

/** Markdown: what fills first. */
export function capacitiesTable(times: ServiceTimes, cases: readonly MainCase[]): string {
  const shown = cases.filter(({ name }) =>
    /^outbreak, (CPU pods|CPU pods, JPEG-LS|GPU pods, likely)$/.test(name),
  );
  return shown
    .map((main) => {
      const { scenario, syntax } = main;
      const asked = Math.max(...scenario.demand.rates);
      const full = capacities(times, { scenario, syntax, pods: chartAutoscaler.maxReplicas });
      const heading = `**${main.name}**${mark(main)}: ${digits(asked)} studies a second in the busiest quarter of an hour. First is full:
${full[0]?.what}.`;
      return `${heading}\n\n${table(['what', 'is full at', 'needed', 'from'], full.map(rowOf(asked)))}`;
    })
    .join('\n\n');
}

const rowOf = (asked: number) => (capacity: Capacity) => [
  capacity.what,
  `${digits(capacity.studiesPerSecond)} studies/s`,
  `${digits(asked / capacity.studiesPerSecond)} x`,
  capacity.evidence,
];

/** Markdown: what if. */
export function variationsTable(variations: readonly SimulatedVariation[]): string {
  return table(
    ['outbreak on CPU pods', 'pods: mean, most', 'queue wait p95', 'asked to report p95', 'begun again'],
    variations.map(variationRow),
  );
}

/** The cells of one of its rows. */
export function variationRow({ variation, day }: SimulatedVariation): readonly string[] {
  return [
    variation.name,
    `${digits(day.meanPods)}, ${day.peakPods}`,
    `${digits(day.wait.p95)} s`,
    `${digits(day.fromAsking.p95)} s`,
    `${day.begunAgain}`,
  ];
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

const megabytes = (bytes: number) => `${digits(bytes / 1e6)} MB`;
const kilobytes = (bytes: number) => `${digits(bytes / 1e3)} kB`;

/** Three digits are more than is known; whole numbers above. */
export function digits(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
