import { button, element, labelledSelect } from '../dom/element.ts';
import { dateRange, dicomDate, dicomDateOfInput } from '../text/dicom-text.ts';

/** What is looked for: parameters of GET /v1/studies. */
export type Criteria = Readonly<Record<'patientId' | 'accession' | 'date' | 'pacs', string>>;

/** The form of the worklist. It is never sent as an address: that would hold the patient's id. */
export function searchForm(
  pacs: readonly string[],
  onSearch: (criteria: Criteria) => void,
): { readonly form: HTMLFormElement; readonly submit: () => void } {
  const patientId = textInput('patient-id', 64);
  const accession = textInput('accession', 64);
  const from = element('input', { type: 'date', name: 'from' });
  const to = element('input', { type: 'date', name: 'to' });
  const { field: pacsField, select } = labelledSelect(
    'PACS',
    pacs.map((name) => [name, name]),
    { name: 'pacs' },
  );
  const submit = () => {
    onSearch({
      patientId: patientId.value.trim(),
      accession: accession.value.trim(),
      date: dateRange(dicomDateOfInput(from.value), dicomDateOfInput(to.value)),
      pacs: select.value,
    });
  };
  const today = () => {
    const now = dicomDate(new Date()).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
    patientId.value = '';
    accession.value = '';
    from.value = now;
    to.value = now;
    submit();
  };
  const form = element(
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
      button('Today', today),
    ),
  );
  return { form, submit };
}

function textInput(name: string, maxlength: number): HTMLInputElement {
  return element('input', { type: 'text', name, maxlength, autocomplete: 'off', spellcheck: 'false' });
}

function labelled(label: string, input: HTMLInputElement): HTMLLabelElement {
  return element('label', { class: 'field' }, element('span', {}, label), input);
}
