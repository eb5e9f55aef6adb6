import { element, labelledSelect } from '../dom/element.ts';
import type { Endpoints } from '../service/api.ts';
import type { AnalysisWish } from '../service/open-service.ts';

export interface WishBar {
  readonly bar: HTMLElement;
  /** The EHR that is chosen; undefined where none is configured. */
  ehr(): string | undefined;
  wish(publish: boolean): AnalysisWish;
}

/** In the report's own languages. */
const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });

/**
 * What applies to whichever study is analysed next: the language of the report, the EHR, and whether the Bundle is
 * built where nothing is published.
 *
 * @param onEhr - another EHR was chosen
 */
export function wishBar(endpoints: Endpoints, onEhr: () => void): WishBar {
  const language = labelledSelect(
    'Language of the report',
    endpoints.languages.map((tag) => [tag, languageNames.of(tag) ?? tag]),
    { name: 'language' },
  );
  language.select.value = endpoints.language;
  const ehr = labelledSelect(
    'EHR',
    endpoints.ehr.map((name) => [name, name]),
    { name: 'ehr', on: { change: onEhr } },
  );
  const dryRun = element('input', { type: 'checkbox', name: 'dry-run' });
  const chosenEhr = () => ehr.select.value || undefined;
  return {
    bar: element(
      'div',
      { class: 'wishes', role: 'group', 'aria-label': 'For the next analysis' },
      language.field,
      endpoints.ehr.length > 1 && ehr.field,
      endpoints.ehr.length > 0 &&
        element(
          'label',
          { class: 'check' },
          dryRun,
          element('span', {}, 'Analyse also builds the FHIR Bundle (dry run: nothing is written)'),
        ),
    ),
    ehr: chosenEhr,
    wish: (publish) => ({
      publish: publish || (dryRun.checked ? 'dry-run' : false),
      ehr: chosenEhr(),
      language: language.select.value || undefined,
    }),
  };
}
