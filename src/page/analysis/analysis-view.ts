import type { Announcer } from '../dom/announcer.ts';
import { ask, type Question } from '../dom/ask.ts';
import { button, element, fill } from '../dom/element.ts';
import { problemNotice } from '../dom/problem-notice.ts';
import { resultView } from '../result/result-view.ts';
import type { AnalysisHooks, FinishedAnalysis } from '../service/follow-analysis.ts';
import { dateText, nameText } from '../text/dicom-text.ts';
import { progressView } from './progress-view.ts';
import { stagesOf } from './stage-progress.ts';
import type { Subject } from './subject.ts';
import { subjectStrip } from './subject-strip.ts';

/** One analysis, however it is asked for. */
export interface Job {
  readonly subject: Subject;
  readonly uploads: boolean;
  readonly publishes: boolean;
  /** Name of the EHR, where one is chosen. */
  readonly ehr?: string | undefined;
  readonly run: (hooks: AnalysisHooks) => Promise<FinishedAnalysis>;
}

export interface AnalysisView {
  readonly view: HTMLElement;
  /**
   * Begins it. What is to be published, and one that stops another that is still running, begins when the reader says so.
   *
   * @param onBegin - called when it begins
   */
  start(job: Job, onBegin: () => void): void;
}

interface Running {
  readonly job: Job;
  /** Hangs up, which makes the service stop. */
  readonly stop: AbortController;
  /** Aborted when it is over, however it ended. */
  readonly over: AbortController;
}

/**
 * The view of one analysis: its progress, then its result or what went wrong. Escape stops what runs while the focus is in
 * the view.
 */
export function analysisView(announcer: Announcer, onLeave: () => void): AnalysisView {
  // A click anywhere in it puts the focus there.
  const view = element('div', { class: 'analysis', tabindex: -1 });
  let running: Running | undefined;
  let close = () => {};

  /** A report may be on its way to the EHR: that is not cut by a slip. */
  const cancel = async () => {
    if (running === undefined) return;
    const { job, stop, over } = running;
    if (!job.publishes || (await ask(stopsPublishing, over.signal))) stop.abort();
  };
  view.addEventListener('keydown', (event) => {
    // What closes a list, or ends the input of a letter, is for that.
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    event.preventDefault();
    void cancel();
  });

  // Who reloads or closes the page stops what runs. A page that was emptied (signed out) asks nothing.
  window.addEventListener('beforeunload', (event) => {
    if (running !== undefined && view.isConnected) event.preventDefault();
  });

  const start = async (job: Job, onBegin: () => void) => {
    if (job.publishes && !(await ask(publishing(job), new AbortController().signal))) return;
    if (running !== undefined) {
      if (!(await ask(stopsAnother, running.over.signal))) return;
      running?.stop.abort();
    }
    onBegin();
    close();
    close = () => {};
    const stop = new AbortController();
    const over = new AbortController();
    const mine: Running = { job, stop, over };
    running = mine;
    const strip = subjectStrip(job.subject);
    const progress = progressView(stagesOf(job), announcer, () => void cancel());
    fill(view, strip, progress.view);
    focusHeading(view);
    try {
      const finished = await job.run({ signal: stop.signal, ...progress });
      if (running !== mine) return;
      const { analysis } = finished;
      const result = resultView({ ...finished, subject: { ...analysis.study, ...job.subject } }, onLeave);
      close = result.close;
      fill(view, strip, result.view);
      announcer.say(analysis.outcome === 'ineligible' ? 'Not analysed' : 'The analysis is done');
    } catch (thrown) {
      if (running !== mine) return;
      const again = () => void start(job, () => {});
      fill(
        view,
        strip,
        stop.signal.aborted ? cancelled(job, again) : problemNotice(thrown, again),
        button('Back', onLeave, { class: 'back' }),
      );
    } finally {
      over.abort();
      progress.close();
      if (running === mine) running = undefined;
    }
    focusHeading(view);
  };

  return { view, start: (job, onBegin) => void start(job, onBegin) };
}

/** What is written into another system is named before. */
function publishing({ subject, ehr }: Job): Question {
  return {
    title: 'Analyse and publish?',
    text: 'When the analysis is done, its report is written into the EHR without another question.',
    facts: [
      ['Patient', nameText(subject.patientName) ?? 'No name'],
      ['ID', subject.patientId || 'None'],
      ['Born', dateText(subject.patientBirthDate) ?? 'Not known'],
      ['Study', dateText(subject.date) ?? 'Not known'],
      ['Accession', subject.accession || 'None'],
      ['EHR', ehr ?? 'The only one'],
    ],
    yes: 'Analyse and publish',
    no: 'Do not publish',
  };
}

const stopsPublishing: Question = {
  title: 'Stop this analysis?',
  text: 'It is to be published. Whether its report is in the EHR already is not known here.',
  yes: 'Stop it',
  no: 'Let it run',
};

const stopsAnother: Question = {
  title: 'Another analysis is running',
  text: 'One is run at a time. To begin this one is to stop that, whose report may be on its way to the EHR.',
  yes: 'Stop that and begin',
  no: 'Let that run',
};

function cancelled({ publishes }: Job, again: () => void): HTMLElement {
  const told = publishes
    ? 'The service was told to stop. It may have been published already: look in the EHR.'
    : 'The service was told to stop. Nothing was published.';
  return element(
    'section',
    { class: 'problem calm', role: 'status' },
    element('h2', { tabindex: -1 }, 'Cancelled'),
    element('p', {}, told),
    button('Analyse again', again, { class: 'primary' }),
  );
}

function focusHeading(view: HTMLElement): void {
  view.querySelector<HTMLElement>('h2[tabindex]')?.focus({ preventScroll: true });
}
