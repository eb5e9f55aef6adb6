import { element } from '../dom/element.ts';
import type { Analysis, Notice, OtherSeries } from '../service/api.ts';
import { countText } from '../text/count-text.ts';
import { section } from './findings-panel.ts';
import { forReaders } from './texts.ts';

/** What a reader must know of how the numbers came about: warnings, what was published, the series, the models. */
export function aboutPanel(analysis: Analysis): HTMLElement[] {
  const told = forReaders(analysis.warnings);
  return [
    ...(told.length > 0 ? [warnings(told)] : []),
    published(analysis),
    ...(analysis.series ? [seriesOf(analysis.series)] : []),
    models(analysis),
  ];
}

/** For a study in which no series may be analysed. */
export function refusals(reasons: readonly OtherSeries[]): HTMLElement {
  return section('Why', element('ul', { class: 'notices' }, ...reasons.map(otherSeries)));
}

function warnings(notices: readonly Notice[]): HTMLElement {
  const rows = notices.map(({ code, text }) => element('li', {}, text, ' ', element('code', {}, code)));
  return section('Warnings', element('ul', { class: 'notices warning' }, ...rows));
}

function published({ published: report, stored, bundle }: Analysis): HTMLElement {
  const told =
    report === undefined
      ? `Nothing was published${bundle === undefined ? '' : '; the FHIR Bundle was built and not written'}.`
      : `${report.report} in EHR ${report.ehr}${report.alreadyPublished ? ' (it was there already; nothing was written)' : ''}.`;
  const objects = stored && `${countText(stored.instances.length, 'object')} in PACS ${stored.pacs}.`;
  return section('Published', element('p', {}, told), objects !== undefined && element('p', {}, objects));
}

function seriesOf(series: NonNullable<Analysis['series']>): HTMLElement {
  const spacing = series.spacingMm.map((mm) => mm.toFixed(2)).join(' × ');
  const { others, chosenBecause, stack } = series;
  const name = `${series.description ?? 'No description'}${stack ? ` (${stack.distinguishedBy})` : ''}`;
  return section(
    'Series',
    element('p', {}, `${name}: ${countText(series.slices, 'slice')}, ${spacing} mm (z, y, x)`),
    chosenBecause && element('p', { class: 'quiet' }, chosenBecause.text),
    others.length > 0 &&
      element(
        'details',
        {},
        element(
          'summary',
          {},
          countText(others.length, 'series was not analysed', 'series were not analysed'),
        ),
        element('ul', { class: 'notices' }, ...others.map(otherSeries)),
      ),
  );
}

function otherSeries({ description, stack, reasons }: OtherSeries): HTMLElement {
  const name = `${description ?? 'Series'}${stack ? ` (${stack.distinguishedBy})` : ''}`;
  return element('li', {}, element('strong', {}, name), ` ${reasons.map(({ text }) => text).join(' ')}`);
}

function models({ models: used, timingsMs, id }: Analysis): HTMLElement {
  const rows = used.map(({ task, name, version, precision, executionProvider, sha256 }) =>
    element(
      'li',
      {},
      element('strong', {}, task),
      ` ${name} ${version}${precision === undefined ? '' : `, ${precision}`}, on ${executionProvider}, SHA-256 `,
      element('code', {}, sha256),
    ),
  );
  const seconds = ((timingsMs['total'] ?? 0) / 1000).toFixed(1);
  return section(
    'Models',
    element(
      'details',
      {},
      element('summary', {}, used.map(({ name, version }) => `${name} ${version}`).join(', ') || 'None'),
      element('ul', { class: 'notices' }, ...rows),
      element('p', { class: 'quiet' }, `Analysis ${id}, ${seconds} s`),
    ),
  );
}
