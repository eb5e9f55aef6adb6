import { element } from '../dom/element.ts';
import { dateText, nameText, timeText } from '../text/dicom-text.ts';
import type { Subject } from './subject.ts';

/** One line above whatever is shown of a study: a reader always sees whose it is. */
export function subjectStrip(subject: Subject): HTMLElement {
  const when = [dateText(subject.date), timeText(subject.time)].filter(Boolean).join(' ');
  const facts = [
    ['Patient', nameText(subject.patientName) ?? 'No name'],
    ['ID', subject.patientId],
    ['Born', dateText(subject.patientBirthDate)],
    ['Sex', subject.patientSex],
    ['Study', when],
    ['Description', subject.description],
    ['Accession', subject.accession],
  ];
  return element(
    'dl',
    { class: 'subject' },
    ...facts
      .filter(([, value]) => value)
      .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}
