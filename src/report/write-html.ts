import type { Language } from '../config-schema.ts';
import { identityHtml, modelsHtml, warningsHtml } from './html/facts.ts';
import { figuresHtml } from './html/figures.ts';
import { involvementHtml, resultsHtml } from './html/findings.ts';
import { html, Markup } from './html/markup.ts';
import { style, styleHash } from './html/style.ts';
import { trendHtml } from './html/trend.ts';
import type { ReportContent } from './report-content.ts';
import type { ReportImage } from './report-images.ts';
import { type ReportSheet, reportSheet } from './report-sheet.ts';

/** Nothing from anywhere, no script, this style alone; pictures are in the file. */
const policy = `default-src 'none'; img-src data:; style-src ${styleHash}; base-uri 'none'; form-action 'none'`;

/** The same report as one HTML file that needs nothing else, on a screen and on one page of A4. */
export function writeHtml(
  content: ReportContent,
  images: readonly ReportImage[],
  language: Language,
): Uint8Array {
  const sheet = reportSheet(content, images, language);
  return Buffer.from(`<!doctype html>\n${pageHtml(sheet).text}\n`);
}

function pageHtml(sheet: ReportSheet): Markup {
  const { texts } = sheet;
  return html`<html lang="${sheet.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${texts.title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${headHtml(sheet)}
<main>
${identityHtml(sheet)}
${bodyHtml(sheet)}
</main>
<footer><p>${texts.status}</p></footer>
</body>
</html>`;
}

function headHtml({ texts, site, algorithm, issued, cautions }: ReportSheet): Markup {
  return html`<header>
<div class="top"><h1>${texts.title}</h1><div>${site === '' ? undefined : html`<p><strong><bdi>${site}</bdi></strong></p>`}<p class="small quiet">${algorithm} · ${texts.labelled(texts.fields.issued, issued)}</p></div></div>
<div class="status" role="note"><strong>${texts.status}</strong>${cautions.join(' ')}</div>
</header>`;
}

function bodyHtml(sheet: ReportSheet): Markup {
  const main = figuresHtml(sheet, ['most-affected']);
  const renderings = figuresHtml(sheet, ['lungs-front', 'lungs-back']);
  const small = figuresHtml(sheet, ['upper', 'middle', 'lower', 'coronal', 'sagittal']);
  const warnings = warningsHtml(sheet);
  const trend = trendHtml(sheet);
  return html`<div class="row${main.length > 0 ? ' main' : ''}">${main}${resultsHtml(sheet)}</div>
<div class="row${renderings.length > 0 ? ' table' : ''}">${involvementHtml(sheet)}${renderings.length > 0 ? html`<div class="pair">${renderings}</div>` : undefined}</div>
${small.length > 0 ? html`<div class="row strip">${small}</div>` : undefined}
${sheet.figures.length > 0 ? html`<p class="small quiet">${sheet.texts.legend}</p>` : undefined}
${(warnings ?? trend) ? html`<div class="row half">${warnings}${trend}</div>` : undefined}
<div class="row">${modelsHtml(sheet)}</div>`;
}
