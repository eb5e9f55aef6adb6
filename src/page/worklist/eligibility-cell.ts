import { element, fill } from '../dom/element.ts';
import type { StudyInspection } from '../service/api.ts';
import { ServiceProblem } from '../service/service-problem.ts';
import { countText } from '../text/count-text.ts';

/** Shows whether a study may be analysed, and on demand why not. */
export function showEligibility(cell: Element, { eligible, series }: StudyInspection): void {
  const chosen = series.find((one) => one.chosen);
  const refused = series.filter((one) => !one.chosen);
  fill(
    cell,
    eligible
      ? element('span', { class: 'mark yes' }, 'Eligible')
      : element('span', { class: 'mark no' }, 'Not eligible'),
    chosen &&
      element(
        'span',
        { class: 'second' },
        `${chosen.description ?? 'series'}, ${countText(chosen.slices, 'slice')}`,
      ),
    refused.length > 0 &&
      element(
        'details',
        {},
        element('summary', {}, eligible ? countText(refused.length, 'other series', 'other series') : 'Why'),
        ...refused.map((one) =>
          element(
            'p',
            {},
            element('strong', {}, `${one.description ?? 'Series'} (${countText(one.slices, 'image')})`),
            ` ${one.reasons.map(({ text }) => text).join(' ')}`,
          ),
        ),
      ),
  );
}

/** Shows that it cannot be said, and why. */
export function showEligibilityUnknown(cell: Element, thrown: unknown): void {
  const { title, detail } = ServiceProblem.of(thrown);
  fill(
    cell,
    element('span', { class: 'mark' }, 'Not known'),
    element('details', {}, element('summary', {}, title), element('p', {}, detail)),
  );
}
