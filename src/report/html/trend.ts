import { maximalScore } from '../../pipeline/severity.ts';
import type { ReportSheet } from '../report-sheet.ts';
import type { TrendPoint } from '../sheet/trend.ts';
import { html, type Markup } from './markup.ts';

/** Earlier results and this one: all of them in a table and as two lines over time. */
export function trendHtml({ trend, texts }: ReportSheet): Markup | undefined {
  if (trend === undefined) return undefined;
  const { columns, headings, otherVersion } = texts;
  const rows = trend.points.map(
    ({ date, percent, score, version, isThis, isOfOtherVersion }) =>
      html`<tr class="${isThis ? 'strong' : ''}"><th scope="row">${date}</th><td class="number">${percent}</td><td class="number">${score}</td><td><bdi>${version || (isThis ? '' : '–')}</bdi>${isOfOtherVersion ? ' *' : ''}</td></tr>`,
  );
  return html`<section><h2>${headings.previous}</h2>
<table><thead><tr><th scope="col">${columns.date}</th><th scope="col" class="number">${columns.involvement}</th><th scope="col" class="number">${columns.score}</th><th scope="col">${columns.algorithm}</th></tr></thead><tbody>${rows}</tbody></table>
${trend.isMixed ? html`<p class="small quiet">* ${otherVersion}</p>` : undefined}
${linesHtml(trend.points, texts)}</section>`;
}

function linesHtml(points: readonly TrendPoint[], { alternatives, columns }: ReportSheet['texts']): Markup {
  const highest = Math.max(10, ...points.map(({ involvementPercent }) => involvementPercent));
  return html`<svg class="trend" viewBox="0 0 300 90" role="img" aria-label="${alternatives.trend}">${[
    line('percent', columns.involvement, points, 40, (point) => point.involvementPercent / highest),
    line('score', columns.score, points, 86, (point) => point.severityScore / maximalScore),
  ]}</svg>`;
}

function line(
  name: 'percent' | 'score',
  label: string,
  points: readonly TrendPoint[],
  bottom: number,
  heightOf: (point: TrendPoint) => number,
): Markup {
  const places = points.map((point) => {
    const x = (88 + 204 * point.at).toFixed(1);
    return { x, y: (bottom - 32 * heightOf(point)).toFixed(1), point };
  });
  const dots = places.map(
    ({ x, y, point }) =>
      html`<circle class="line ${name}${point.isOfOtherVersion ? ' hollow' : ''}" cx="${x}" cy="${y}" r="${point.isThis ? 3.2 : 2.4}"/>`,
  );
  return html`<text x="0" y="${bottom}">${label}</text><polyline class="line ${name}" points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}"/>${dots}`;
}
