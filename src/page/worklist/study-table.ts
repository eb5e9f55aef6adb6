import { button, type Child, element } from '../dom/element.ts';
import type { ListedStudy, Publish } from '../service/api.ts';
import { dateText, nameText, timeText } from '../text/dicom-text.ts';

export interface StudyTableOptions {
  /** Name of the EHR to publish to; none, and nothing is offered to be published. */
  readonly ehr: string | undefined;
  readonly onAnalyse: (study: ListedStudy, publish: Publish) => void;
  /** A row came into view for the first time: its cell for eligibility is to be filled. */
  readonly onSeen: (study: ListedStudy, cell: HTMLElement) => void;
}

const heads = ['Patient', 'Study', 'Description', 'Images', 'Eligibility', 'Analyse'];

/** Studies as a table, newest first as they come. */
export function studyTable(studies: readonly ListedStudy[], options: StudyTableOptions): HTMLTableElement {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      const row = rows.get(target);
      if (!isIntersecting || row === undefined) continue;
      seen.unobserve(target);
      options.onSeen(row.study, row.cell);
    }
  });
  const rows = new Map<Element, { readonly study: ListedStudy; readonly cell: HTMLElement }>();
  const body = element('tbody');
  for (const study of studies) {
    const cell = element('td', { class: 'eligibility' }, element('span', { class: 'quiet' }, '…'));
    const row = studyRow(study, cell, options);
    rows.set(row, { study, cell });
    body.append(row);
    seen.observe(row);
  }
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  return element(
    'table',
    { class: 'studies' },
    element('caption', { class: 'unseen' }, 'Studies, newest first'),
    element('thead', {}, head),
    body,
  );
}

function studyRow(
  study: ListedStudy,
  eligibility: HTMLElement,
  { ehr, onAnalyse }: StudyTableOptions,
): HTMLTableRowElement {
  const name = nameText(study.patientName) ?? 'No name';
  const person = [study.patientId, study.patientSex, dateText(study.patientBirthDate)];
  const images = [study.images === undefined ? undefined : String(study.images), study.modalities.join(', ')];
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, ...lines(name, joined(person))),
    element('td', {}, ...lines(dateText(study.date) ?? '–', timeText(study.time))),
    element('td', {}, ...lines(study.description ?? '–', study.accession && `Accession ${study.accession}`)),
    element('td', {}, ...lines(images[0] ?? '–', images[1])),
    eligibility,
    element(
      'td',
      { class: 'row-actions' },
      button('Analyse', () => onAnalyse(study, false), {
        class: 'primary',
        'aria-label': `Analyse the study of ${name}`,
      }),
      ehr !== undefined &&
        button(`Analyse and publish to ${ehr}`, () => onAnalyse(study, true), {
          class: 'publish',
          'aria-label': `Analyse and publish to ${ehr}: the study of ${name}`,
        }),
    ),
  );
}

function lines(first: string, second: string | undefined): Child[] {
  return [
    element('span', { class: 'first' }, first),
    second ? element('span', { class: 'second' }, second) : undefined,
  ];
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
