import { subjectStrip } from '../analysis/subject-strip.ts';
import { button, element, fill, labelledSelect } from '../dom/element.ts';
import { countText } from '../text/count-text.ts';
import { drawGrey } from './draw-grey.ts';
import { type FileStudy, filesToSend, largestCt } from './group-studies.ts';
import { readSlice } from './read-slice.ts';

export interface StudyPreviewOptions {
  readonly ehr: string | undefined;
  readonly onAnalyse: (files: readonly File[], series: string | undefined, publishes: boolean) => void;
}

/** Whose study it is, its series, its middle slice, and the buttons that have it analysed. */
export function studyPreview(study: FileStudy, { ehr, onAnalyse }: StudyPreviewOptions): HTMLElement {
  const ct = study.series.filter(({ modality }) => modality === 'CT');
  const { field, select } = labelledSelect(
    'Series',
    [
      ['', 'Let Lobar choose the best series'],
      ...ct.map((one) => [one.uid, `${one.number ?? ''} ${one.description ?? 'No description'}`] as const),
    ],
    { name: 'series' },
  );
  const analyse = (publishes: boolean) => {
    const series = select.value || undefined;
    onAnalyse(filesToSend(study, series), series, publishes);
  };
  const rows = study.series.map((one) =>
    element(
      'tr',
      {},
      element('td', {}, one.number ?? '–'),
      element('th', { scope: 'row' }, one.description ?? 'No description'),
      element('td', {}, one.modality),
      element('td', { class: 'number' }, one.instances.length),
    ),
  );
  const notices = [
    study.uncertain &&
      'The name or ID of the patient is written in letters that may be read wrongly here. Check it against the images.',
    study.unread.length > 0 &&
      `${countText(study.unread.length, 'DICOM file')} cannot be previewed here. Unless one series is chosen, the service gets and judges them too.`,
    ct.length === 0 && study.unread.length === 0 && 'None of these series is CT.',
  ];
  const heads = ['No.', 'Series', 'Modality', 'Images'];
  return element(
    'section',
    { class: 'preview', 'aria-label': 'The chosen study' },
    subjectStrip(study),
    element(
      'div',
      { class: 'preview-columns' },
      middleSlice(study),
      element(
        'div',
        {},
        element(
          'table',
          {},
          element(
            'thead',
            {},
            element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text))),
          ),
          element('tbody', {}, ...rows),
        ),
        ct.length > 1 && field,
        element(
          'div',
          { class: 'actions' },
          button('Analyse', () => analyse(false), { class: 'primary' }),
          // Nothing is published for somebody whom the reader cannot see.
          ehr !== undefined &&
            study.uid !== '' &&
            button(`Analyse and publish to ${ehr}`, () => analyse(true), { class: 'publish' }),
        ),
        ...notices.filter((text) => text !== false).map((text) => element('p', { class: 'warning' }, text)),
      ),
    ),
  );
}

function middleSlice(study: FileStudy): HTMLElement {
  const instances = largestCt(study)?.instances ?? [];
  const middle = instances[Math.floor(instances.length / 2)];
  const canvas = element('canvas', { width: 256, height: 256, role: 'img', 'aria-label': 'Middle slice' });
  const marks = element('div', { class: 'marks', 'aria-hidden': 'true' });
  const caption = element('figcaption', { class: 'quiet' }, 'Reading …');
  const none = (text: string) => {
    canvas.hidden = true;
    caption.textContent = text;
  };
  const show = async () => {
    const grey = middle && (await readSlice(middle));
    if (grey === undefined || middle?.image === undefined) {
      none(middle === undefined ? 'No CT image to show.' : 'Compressed images are shown after the analysis.');
      return;
    }
    drawGrey(canvas, grey, middle.image);
    fill(
      marks,
      ...Object.entries(middle.image.sides ?? {}).map(([side, text]) =>
        element('span', { class: `side-letter at-${side}` }, text),
      ),
    );
    caption.textContent = `Image ${Math.floor(instances.length / 2) + 1} of ${countText(instances.length, 'image')}, lung window`;
  };
  show().catch(() => none('The middle slice cannot be read.'));
  return element('figure', {}, element('div', { class: 'slice' }, canvas, marks), caption);
}
