import { button, element, labelledSelect } from '../dom/element.ts';
import type { StudyCriteria } from '../service/open-service.ts';
import { dateRange, dicomDate, dicomDateOfInput } from '../text/dicom-text.ts';

/** What is looked for; empty is whatever it is. */
export type Criteria = Required<StudyCriteria>;

/** The form of the worklist. It is never sent as an address: that would hold the patient's id. */
export function searchForm(pacs: readonly string[], onSearch: (criteria: Criteria) => void): HTMLFormElement {
  const patientId = textInput('patient-id', 64);
  const accession = textInput('accession', 64);
  const from = element('input', { type: 'date', name: 'from' });
  const to = element('input', { type: 'date', name: 'to' });
  const { field: pacsField, select } = labelledSelect(
    'PACS',
    pacs.map((name) => [name, name]),
    { name: 'pacs' },
  );
  const missing = element('p', { class: 'warning', role: 'alert' });
  const submit = () => {
    const criteria = {
      patientId: patientId.value.trim(),
      accession: accession.value.trim(),
      date: dateRange(dicomDateOfInput(from.value), dicomDateOfInput(to.value), dicomDate(new Date())),
      pacs: select.value,
    };
    const given = criteria.patientId !== '' || criteria.accession !== '' || criteria.date !== '';
    // The service refuses them: they would list everybody (PS3.4 C.2.2.2.4).
    const isWild = /[*?\\]/.test(criteria.patientId + criteria.accession);
    if (!given) missing.textContent = 'Give a patient ID, an accession number or a date.';
    else if (isWild) missing.textContent = 'No wildcards: give the whole patient ID or accession number.';
    else missing.textContent = '';
    if (given && !isWild) onSearch(criteria);
  };
  /** Whoever it is; what stands in the form is for the next search. */
  const lastDays = (days: number) => {
    missing.textContent = '';
    const now = new Date();
    const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1);
    const date = dateRange(dicomDate(first), dicomDate(now), '');
    onSearch({ patientId: '', accession: '', date, pacs: select.value });
  };
  return element(
    'form',
    {
      class: 'search',
      role: 'search',
      'aria-label': 'Studies of the PACS',
      autocomplete: 'off',
      on: {
        submit: (event: SubmitEvent) => {
          event.preventDefault();
          submit();
        },
      },
    },
    labelled('Patient ID', patientId),
    labelled('Accession number', accession),
    labelled('From', from),
    labelled('To', to),
    pacs.length > 1 && pacsField,
    element(
      'div',
      { class: 'actions' },
      button('Search', undefined, { class: 'primary' }),
      button('Today', () => lastDays(1)),
      button('Last 30 days', () => lastDays(30)),
    ),
    missing,
  );
}

function textInput(name: string, maxlength: number): HTMLInputElement {
  return element('input', { type: 'text', name, maxlength, autocomplete: 'off', spellcheck: 'false' });
}

function labelled(label: string, input: HTMLInputElement): HTMLLabelElement {
  return element('label', { class: 'field' }, element('span', {}, label), input);
}
