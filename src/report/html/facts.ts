import type { ReportSheet } from '../report-sheet.ts';
import type { Field } from '../sheet/identity.ts';
import { html, type Markup } from './markup.ts';

/** Who and what was scanned; whichever way a name is written, what stands beside it keeps its place. */
export function identityHtml({ identity, texts }: ReportSheet): Markup {
  return html`<section aria-label="${texts.headings.patient}"><dl>${identity.map(fieldHtml)}</dl></section>`;
}

function fieldHtml({ label, value, others = [] }: Field): Markup {
  const more = others.map((other) => html` <bdi>(${other})</bdi>`);
  return html`<div><dt>${label}</dt><dd><bdi>${value || '–'}</bdi>${more}</dd></div>`;
}

/** In English in every report. */
export function warningsHtml({ warnings, texts }: ReportSheet): Markup | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(({ code, text }) => html`<li>${text} <code>(${code})</code></li>`);
  return html`<section><h2>${texts.headings.warnings}</h2><ul lang="en">${items}</ul></section>`;
}

/** What made the result: models, what they are for, and the names of everything. */
export function modelsHtml({ models, origin, texts }: ReportSheet): Markup {
  const { columns, headings, intendedUse, trainingData } = texts;
  const named = (label: string) => texts.labelled(label, '').trimEnd();
  const rows = models.rows.map(
    ({ task, model, sha256, ranOn, udi }) =>
      html`<tr><th scope="row">${task}</th><td>${model}${udi === '' ? '' : ` · UDI-DI ${udi}`}</td><td class="sum">${sha256}</td><td>${ranOn}</td></tr>`,
  );
  const uses = models.uses.map(
    (use) =>
      html`<p>${use.of === '' ? '' : `${use.of} – `}${named(intendedUse)} <span lang="en">${use.intendedUse}</span> ${named(trainingData)} <span lang="en">${use.trainingData}</span></p>`,
  );
  const names = origin.map(
    ({ label, value }) => html`<div><dt>${named(label)}</dt> <dd><bdi>${value}</bdi></dd></div>`,
  );
  return html`<section class="models"><h2>${headings.models}</h2>
<table><thead><tr><th scope="col">${columns.task}</th><th scope="col">${columns.model}</th><th scope="col">${columns.checksum}</th><th scope="col">${columns.ranOn}</th></tr></thead><tbody>${rows}</tbody></table>
${uses}<dl class="origin">${names}</dl></section>`;
}
