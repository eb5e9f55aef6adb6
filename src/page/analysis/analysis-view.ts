import type { Announcer } from '../dom/announcer.ts';
import { button, element, fill } from '../dom/element.ts';
import { problemNotice } from '../dom/problem-notice.ts';
import { resultView } from '../result/result-view.ts';
import type { AnalysisHooks, FinishedAnalysis } from '../service/follow-analysis.ts';
import { progressView } from './progress-view.ts';
import { stagesOf } from './stage-progress.ts';
import type { Subject } from './subject.ts';
import { subjectStrip } from './subject-strip.ts';

/** One analysis, however it is asked for. */
export interface Job {
  readonly subject: Subject;
  readonly uploads: boolean;
  readonly publishes: boolean;
  readonly run: (hooks: AnalysisHooks) => Promise<FinishedAnalysis>;
}

export interface AnalysisView {
  readonly view: HTMLElement;
  /** Begins it; one that is still running is stopped. */
  start(job: Job): void;
  /** Hangs up, which makes the service stop. */
  cancel(): void;
}

/** The view of one analysis: its progress, then its result or what went wrong. */
export function analysisView(announcer: Announcer, onLeave: () => void): AnalysisView {
  const view = element('div', { class: 'analysis' });
  let running: AbortController | undefined;
  let close = () => {};

  const start = async (job: Job) => {
    running?.abort();
    close();
    close = () => {};
    const stop = new AbortController();
    running = stop;
    const strip = subjectStrip(job.subject);
    const progress = progressView(stagesOf(job), announcer, () => stop.abort());
    fill(view, strip, progress.view);
    focusHeading(view);
    try {
      const finished = await job.run({ signal: stop.signal, ...progress });
      if (running !== stop) return;
      const { analysis } = finished;
      const result = resultView({ ...finished, subject: { ...analysis.study, ...job.subject } }, onLeave);
      close = result.close;
      fill(view, strip, result.view);
      announcer.say(analysis.outcome === 'ineligible' ? 'Not analysed' : 'The analysis is done');
    } catch (thrown) {
      if (running !== stop) return;
      const again = () => void start(job);
      fill(
        view,
        strip,
        stop.signal.aborted ? cancelled(job, again) : problemNotice(thrown, again),
        button('Back', onLeave, { class: 'back' }),
      );
    } finally {
      if (running === stop) running = undefined;
    }
    focusHeading(view);
  };

  return { view, start: (job) => void start(job), cancel: () => running?.abort() };
}

function cancelled({ publishes }: Job, again: () => void): HTMLElement {
  const told = publishes
    ? 'The service was told to stop. Whether the report was published before, its log and the EHR say.'
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
