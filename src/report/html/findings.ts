import { lobeColours } from '../../pipeline/lobe-colours.ts';
import { maximalScore } from '../../pipeline/severity.ts';
import type { ReportSheet } from '../report-sheet.ts';
import type { RegionRow } from '../sheet/involvement.ts';
import { html, type Markup } from './markup.ts';

type Fill = 'fill' | 'dark' | 'middle';

/** What is said beside it in numbers; widths are attributes, as the policy allows no style of an element. */
function bar(fraction: number, fill: Fill): Markup {
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="1000" height="10"/><rect class="${fill}" width="${Math.round(1000 * fraction)}" height="10"/></svg>`;
}

/** What the pattern is, how severe it is, how much of the lungs is affected. */
export function resultsHtml({
  texts,
  pattern,
  probabilities,
  severity,
  involvement,
  seeWarnings,
}: ReportSheet): Markup {
  const { headings } = texts;
  const sides = involvement.rows.filter(({ lobe }) => lobe === undefined).slice(1);
  return html`<div class="results">${seeWarnings === '' ? undefined : html`<p class="see">${seeWarnings}</p>`}
<section><h2>${headings.pattern}</h2>
<p class="pattern">${pattern}.</p>
<p class="small quiet">${texts.threeClasses}</p>
<table><tbody>${probabilities.map(
    ({ label, fraction, text, decided }) =>
      html`<tr class="${decided ? 'strong' : ''}"><th scope="row">${label}</th><td class="wide">${bar(fraction, decided ? 'dark' : 'middle')}</td><td class="number">${text}</td></tr>`,
  )}</tbody></table></section>
<section><h2>${headings.severity}</h2>
<p><span class="big">${severity.text}</span> <span class="quiet">${severity.of}</span><span class="band">${severity.band}</span></p>
${scale(severity)}
<ul class="bands">${severity.bands.map(({ label, range, isOfScore }) =>
    isOfScore ? html`<li><strong>${label} ${range}</strong></li>` : html`<li>${label} ${range}</li>`,
  )}</ul></section>
<section><h2>${headings.involvement}</h2>
<p><span class="big">${involvement.total.percent}</span> <span class="quiet">${texts.bothLungs}</span></p>
<table><tbody>${sides.map(
    ({ label, fraction, percent }) =>
      html`<tr><th scope="row">${label}</th><td class="wide">${bar(fraction, 'fill')}</td><td class="number">${percent}</td></tr>`,
  )}</tbody></table></section>
</div>`;
}

function scale({ bands, score }: ReportSheet['severity']): Markup {
  const step = 1000 / (maximalScore + 1);
  const at = (score + 0.5) * step;
  const parts = bands.map(
    ({ from, to, isOfScore }) =>
      html`<rect class="${isOfScore ? 'fill' : 'track'}" x="${Math.round(from * step)}" y="10" width="${Math.round((to - from + 1) * step) - 4}" height="10"/>`,
  );
  return html`<svg class="scale" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">${parts}<path class="dark" d="M${Math.round(at - 12)} 0H${Math.round(at + 12)}L${Math.round(at)} 9Z"/></svg>`;
}

/** Involvement of lungs and lobes. */
export function involvementHtml({ involvement, texts: { columns, captions } }: ReportSheet): Markup {
  return html`<section><h2>${captions.lobes}</h2>
<table class="regions"><thead><tr><th scope="col">${columns.region}</th><th scope="col" colspan="2" class="number">${columns.involvement}</th><th scope="col" class="number">${columns.opacityMl}</th><th scope="col" class="number">${columns.lungMl}</th><th scope="col" class="number">${columns.lobeScore}</th></tr></thead>
<tbody>${involvement.rows.map(rowHtml)}</tbody></table></section>`;
}

function rowHtml({ lobe, label, percent, opacityMl, lungMl, score, fraction }: RegionRow): Markup {
  const chip =
    lobe &&
    html`<svg class="chip" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" fill="rgb(${lobeColours[lobe].join(' ')})"/></svg>`;
  return html`<tr class="${lobe === undefined ? 'strong' : 'lobe'}"><th scope="row">${chip}${label}</th><td class="wide">${bar(fraction, 'fill')}</td><td class="number">${percent}</td><td class="number">${opacityMl}</td><td class="number">${lungMl}</td><td class="number">${score}</td></tr>`;
}
