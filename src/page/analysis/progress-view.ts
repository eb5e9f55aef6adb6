import type { Announcer } from '../dom/announcer.ts';
import { button, element, withShare } from '../dom/element.ts';
import { type Stage, stageProgress } from './stage-progress.ts';

export interface ProgressView {
  readonly view: HTMLElement;
  onQueued(ahead: number): void;
  onProgress(stage: string, fraction: number): void;
  /** Nothing more is shown. */
  close(): void;
}

/** Stages with their names, a percentage of the whole, and a way to stop it. */
export function progressView(
  stages: readonly Stage[],
  { say }: Announcer,
  onCancel: () => void,
): ProgressView {
  const progress = stageProgress(stages);
  const bar = element('progress', { max: 100, value: 0, 'aria-label': 'Progress of the analysis' });
  const percent = element('output', { class: 'percent' }, '0 %');
  const note = element('p', { class: 'quiet', 'aria-live': 'polite' }, 'Waiting for the service …');
  const rows = stages.map(({ name, text }) => {
    const row = element('li', {}, element('span', {}, text), element('span', { class: 'stage-bar' }));
    return { name, text, row };
  });
  let announced = '';
  let waits: ReturnType<typeof setTimeout> | undefined;
  /** Some stages follow at once, so it is said when the next has not begun after a while. */
  const noteWait = () => {
    clearTimeout(waits);
    if (!progress.waits()) return;
    waits = setTimeout(() => {
      note.textContent = 'Waits for its turn …';
    }, 1000);
  };
  const update = (current: string) => {
    const whole = Math.floor(progress.share() * 100);
    bar.value = whole;
    percent.value = `${whole} %`;
    for (const { name, row } of rows) {
      const share = progress.of(name);
      withShare(row, share);
      row.className = share >= 1 ? 'done' : name === current ? 'running' : '';
      row.ariaCurrent = name === current && share < 1 ? 'step' : null;
    }
  };
  return {
    view: element(
      'section',
      { class: 'progress-view', 'aria-labelledby': 'progress-title' },
      element('h2', { id: 'progress-title', tabindex: -1 }, 'Analysing'),
      element('div', { class: 'whole' }, bar, percent),
      note,
      element('ol', { class: 'stages' }, ...rows.map(({ row }) => row)),
      button('Cancel', onCancel, { 'aria-keyshortcuts': 'Escape' }),
      element('span', { class: 'quiet' }, ' or press Escape'),
    ),
    onQueued(ahead) {
      clearTimeout(waits);
      const text = ahead === 0 ? 'Next in line' : `${ahead} before this one`;
      note.textContent = `All places are taken. ${text}; it begins by itself.`;
    },
    onProgress(stage, fraction) {
      progress.note(stage, fraction);
      const row = rows.find(({ name }) => name === stage);
      note.textContent = row === undefined ? '' : `${row.text} …`;
      // One sentence a stage; a percentage that is read out all the time helps nobody.
      if (row !== undefined && announced !== stage) {
        announced = stage;
        say(`${row.text}, ${Math.floor(progress.share() * 100)} percent done`);
      }
      update(stage);
      noteWait();
    },
    close: () => clearTimeout(waits),
  };
}
