import { type Html, html } from './html.ts';

export interface Axis {
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is drawn into a chart, in the numbers of its axes. */
export type Mark =
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly colour: string;
      readonly dashed?: true;
      /** For the legend. */
      readonly name?: string;
    }
  | {
      readonly kind: 'dots';
      readonly points: readonly (Point & { readonly name: string })[];
      readonly colour: string;
      readonly name?: string;
    };

export const colours = ['#1f5fa8', '#c2571a', '#2f7d4f', '#6b4fa0', '#222222'] as const;
export const grey = '#8a8a8a';

const size = { width: 380, height: 330, left: 58, right: 12, top: 12, bottom: 46 };

/** A chart as inline SVG, with axes, their titles and a legend of what has a name. */
export function chart(x: Axis, y: Axis, marks: readonly Mark[]): Html {
  const { width, height, left, right, top, bottom } = size;
  const px = (value: number) => fixed(left + ((value - x.from) / (x.to - x.from)) * (width - left - right));
  const py = (value: number) =>
    fixed(height - bottom - ((value - y.from) / (y.to - y.from)) * (height - top - bottom));
  const legend = marks.filter(({ name }) => name !== undefined);
  return html`<svg viewBox="0 0 ${width} ${height + legend.length * 16}" width="${width}" font-size="11" fill="#333" role="img" aria-label="${y.title} by ${x.title}">
${ticks(x).map((value) => html`<line x1="${px(value)}" x2="${px(value)}" y1="${top}" y2="${height - bottom}" stroke="#e6e6e6"/><text x="${px(value)}" y="${height - bottom + 15}" text-anchor="middle">${label(value)}</text>`)}
${ticks(y).map((value) => html`<line x1="${left}" x2="${width - right}" y1="${py(value)}" y2="${py(value)}" stroke="#e6e6e6"/><text x="${left - 6}" y="${py(value) + 4}" text-anchor="end">${label(value)}</text>`)}
<rect x="${left}" y="${top}" width="${width - left - right}" height="${height - top - bottom}" fill="none" stroke="#9a9a9a"/>
<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">${x.title}</text>
<text transform="translate(13 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>
${marks.map((mark) => drawn(mark, px, py))}
${legend.map((mark, at) => html`<rect x="${left}" y="${height + at * 16}" width="12" height="4" fill="${mark.colour}"/><text x="${left + 18}" y="${height + at * 16 + 6}">${mark.name}</text>`)}
</svg>`;
}

function drawn(mark: Mark, px: (value: number) => number, py: (value: number) => number): Html {
  if (mark.kind === 'dots') {
    const dot = ({ x, y, name }: Point & { name: string }) =>
      html`<circle cx="${px(x)}" cy="${py(y)}" r="3.2" fill="${mark.colour}" fill-opacity="0.65"><title>${name}</title></circle>`;
    return html`${mark.points.map(dot)}`;
  }
  const path = mark.points.map(({ x, y }) => `${px(x)},${py(y)}`).join(' ');
  const dashes = mark.dashed ? '5 4' : 'none';
  return html`<polyline points="${path}" fill="none" stroke="${mark.colour}" stroke-width="1.8" stroke-dasharray="${dashes}"/>`;
}

const fixed = (value: number) => Math.round(value * 100) / 100;
const label = (value: number) => String(Math.round(value * 1000) / 1000);

/** About five round values (steps of 1, 2 or 5 times a power of ten) within an axis. */
export function ticks({ from, to }: Pick<Axis, 'from' | 'to'>): readonly number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, at) => (first + at) * step);
}

/** An axis that holds all values, with some room. */
export function axisAround(title: string, values: readonly number[], least = 1): Axis {
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  const room = Math.max((high - low) * 0.05, least * 0.05);
  return { title, from: low === 0 ? 0 : low - room, to: Math.max(high, low + least) + room };
}
