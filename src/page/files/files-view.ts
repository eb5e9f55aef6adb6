import type { Job } from '../analysis/analysis-view.ts';
import { wishBar } from '../analysis/wish-bar.ts';
import { element, fill } from '../dom/element.ts';
import type { Endpoints } from '../service/api.ts';
import type { Service } from '../service/open-service.ts';
import { countText } from '../text/count-text.ts';
import { dateText, nameText } from '../text/dicom-text.ts';
import { droppedFiles } from './given-files.ts';
import type { FileStudy } from './group-studies.ts';
import { type ReadFiles, readFiles } from './read-files.ts';
import { studyPreview } from './study-preview.ts';

export interface FilesOptions {
  readonly service: Service;
  readonly endpoints: Endpoints;
  readonly onStart: (job: Job) => void;
}

/** DICOM files of the reader's own disk: dropped or chosen, looked at in the browser, and sent to be analysed. */
export function filesView({ service, endpoints, onStart }: FilesOptions): HTMLElement {
  const found = element('div', { class: 'results', 'aria-live': 'polite' });
  const preview = element('div');
  let reading = new AbortController();
  let chosen: FileStudy | undefined;

  const show = (study: FileStudy) => {
    chosen = study;
    fill(
      preview,
      studyPreview(study, {
        ehr: wishes.ehr(),
        onAnalyse: (files, series, publishes) => {
          const wish = wishes.wish(publishes);
          const run: Job['run'] = (hooks) => service.upload({ ...wish, series }, files, hooks);
          onStart({ subject: study, uploads: true, publishes, ehr: wish.ehr, run });
        },
      }),
    );
  };
  const take = async (given: Promise<readonly File[]>) => {
    reading.abort();
    reading = new AbortController();
    const { signal } = reading;
    fill(preview);
    const say = (text: string) => fill(found, element('p', { class: 'waiting' }, text));
    say('Reading the folder …');
    try {
      const files = await given;
      const read = await readFiles(files, (count) => say(`Read ${count} of ${files.length} files …`), signal);
      fill(found, summary(read), read.studies.length > 1 && studyChoice(read.studies, show));
      const [first] = read.studies;
      if (first !== undefined) show(first);
    } catch (thrown) {
      if (signal.aborted) return;
      const why = thrown instanceof Error ? thrown.message : '';
      fill(found, element('p', { class: 'warning', role: 'alert' }, `The files cannot be read. ${why}`));
    }
  };

  const wishes = wishBar(endpoints, () => chosen && show(chosen));
  return element(
    'section',
    { class: 'files', 'aria-labelledby': 'files-title' },
    element('h2', { id: 'files-title', class: 'unseen', tabindex: -1 }, 'Files'),
    dropZone((files) => void take(files)),
    wishes.bar,
    found,
    preview,
  );
}

function dropZone(onFiles: (files: Promise<readonly File[]>) => void): HTMLElement {
  const input = element('input', {
    type: 'file',
    webkitdirectory: true,
    multiple: true,
    id: 'folder',
    on: { change: () => onFiles(Promise.resolve([...(input.files ?? [])])) },
  });
  const zone = element(
    'div',
    {
      class: 'drop',
      on: {
        dragover: (event: DragEvent) => {
          event.preventDefault();
          zone.classList.add('over');
        },
        dragleave: () => zone.classList.remove('over'),
        drop: (event: DragEvent) => {
          event.preventDefault();
          zone.classList.remove('over');
          if (event.dataTransfer) onFiles(droppedFiles(event.dataTransfer.items));
        },
      },
    },
    element('label', { for: 'folder' }, 'Drop a folder of DICOM files here, or choose one'),
    input,
    element(
      'p',
      { class: 'quiet' },
      'They are read in this browser, and sent to this service when you have them analysed.',
    ),
  );
  return zone;
}

function summary({ studies, unread, skipped }: ReadFiles): HTMLElement {
  const images = studies.flatMap(({ series }) => series).reduce((sum, one) => sum + one.instances.length, 0);
  const others =
    unread.length > 0 && studies.length > 1
      ? ` ${countText(unread.length, 'DICOM file')} left out: this page cannot tell of which study.`
      : '';
  const left = `${others}${skipped === 0 ? '' : ` ${countText(skipped, 'file')} skipped: not DICOM.`}`;
  const text =
    images === 0
      ? `No DICOM file that can be previewed was found.${left}`
      : `${countText(images, 'DICOM file')} of ${countText(studies.length, 'study', 'studies')}.${left}`;
  return element('p', { class: studies.length === 0 ? 'empty' : 'quiet' }, text);
}

function studyChoice(studies: readonly FileStudy[], onChoose: (study: FileStudy) => void): HTMLElement {
  return element(
    'fieldset',
    { class: 'choice' },
    element('legend', {}, 'One study is analysed at a time'),
    ...studies.map((study, index) =>
      element(
        'label',
        { class: 'check' },
        element('input', {
          type: 'radio',
          name: 'study',
          checked: index === 0,
          on: { change: () => onChoose(study) },
        }),
        element(
          'span',
          {},
          [nameText(study.patientName) ?? 'No name', dateText(study.date), study.description]
            .filter(Boolean)
            .join(' · '),
        ),
      ),
    ),
  );
}
