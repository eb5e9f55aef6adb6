import {
  axisAround,
  chart,
  colours,
  grey,
  type Mark,
  type Point,
} from '../../src/evaluation/report/chart.ts';
import { type Html, html } from '../../src/evaluation/report/html.ts';
import type { SimulationResult } from './simulation.ts';

export interface PlottedDay {
  readonly title: string;
  readonly result: SimulationResult;
  /** Of what is drawn by a time of the day. */
  readonly minutes: number;
}

const hourSeconds = 3600;
const daySeconds = 24 * hourSeconds;
const column = { width: 400, top: 34 } as const;
const rowHeight = 370;

/** Days beside one another as an SVG: what was asked for, the pods, the wait. */
export function scalingPlot(days: readonly PlottedDay[]): string {
  const width = column.width * days.length;
  const height = column.top + 3 * rowHeight;
  const columns = days.map((day, at) => dayColumn(day, at * column.width));
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${columns}
</svg>`.text
  }\n`;
}

function dayColumn({ title, result, minutes }: PlottedDay, left: number): Html {
  const charts = [arrivalsChart(result, minutes), podsChart(result, minutes), waitChart(result, minutes)];
  return html`<text x="${left + 225}" y="22" font-size="14" fill="#222" text-anchor="middle">${title}</text>
${charts.map((one, row) => html`<svg x="${left}" y="${column.top + row * rowHeight}" width="380" height="${rowHeight - 8}">${one}</svg>`)}
`;
}

const hours = { title: 'hour of the day', from: 0, to: 24 };

function arrivalsChart({ outcomes }: SimulationResult, minutes: number): Html {
  const length = minutes * 60;
  const asked = byTime(
    outcomes.map(({ study }) => ({ at: study.askedAt, value: 1 })),
    length,
    (values) => (values.length * hourSeconds) / length,
  );
  const marks: Mark[] = [line(asked, colours[0], 'asked for')];
  return chart(
    hours,
    axisAround(
      'studies an hour',
      asked.map(({ y }) => y),
    ),
    marks,
  );
}

function podsChart({ moments }: SimulationResult, minutes: number): Html {
  const ofDay = moments.filter(({ at }, index) => at <= daySeconds && index % 4 === 0);
  const held = ofDay.map(({ at, heldPods }) => ({ x: at / hourSeconds, y: heldPods }));
  const atWork = byTime(
    moments.map(({ at, inFlight }) => ({ at, value: inFlight })),
    minutes * 60,
    (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  );
  const marks: Mark[] = [line(held, colours[1], 'pods'), line(atWork, grey, 'analyses at work')];
  const all = marks.flatMap((mark) => mark.points.map(({ y }) => y));
  return chart(hours, axisAround('pods', all), marks);
}

function waitChart({ outcomes }: SimulationResult, minutes: number): Html {
  const jobs = outcomes.filter(({ study }) => !study.interactive);
  const p95 = (of: (outcome: (typeof jobs)[number]) => number) =>
    byTime(
      jobs.map((outcome) => ({ at: outcome.study.askedAt, value: of(outcome) })),
      minutes * 60,
      (values) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0,
    );
  const toReport = p95(({ doneAt, study }) => doneAt - study.askedAt);
  const wait = p95(({ waitSeconds }) => waitSeconds);
  const marks: Mark[] = [
    line(toReport, colours[2], 'from asking to the report, p95'),
    line(wait, colours[3], 'of it in the queue, p95'),
  ];
  return chart(
    hours,
    axisAround(
      'seconds',
      toReport.map(({ y }) => y),
      10,
    ),
    marks,
  );
}

function line(points: readonly Point[], colour: string, name: string): Mark {
  return { kind: 'line', points, colour, name };
}

/** What `of` makes of the values of each piece of the day, at the middle of it; 0 of none. */
function byTime(
  events: readonly { readonly at: number; readonly value: number }[],
  length: number,
  of: (values: readonly number[]) => number,
): readonly Point[] {
  const pieces = Array.from({ length: Math.ceil(daySeconds / length) }, (): number[] => []);
  for (const { at, value } of events) pieces[Math.floor(at / length)]?.push(value);
  return pieces.map((values, piece) => ({
    x: ((piece + 0.5) * length) / hourSeconds,
    y: values.length === 0 ? 0 : of(values),
  }));
}
