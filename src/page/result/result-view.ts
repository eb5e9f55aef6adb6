import type { Subject } from '../analysis/subject.ts';
import { button, element } from '../dom/element.ts';
import type { FinishedAnalysis } from '../service/follow-analysis.ts';
import { viewerPanel } from '../viewer/viewer-panel.ts';
import { aboutPanel, refusals } from './about-panel.ts';
import { downloads } from './downloads.ts';
import { findingsPanel } from './findings-panel.ts';
import { statusLine } from './texts.ts';

export interface ResultView {
  readonly view: HTMLElement;
  /** Frees the images and the documents. */
  close(): void;
}

/** What one analysis found: images on one side, numbers on the other, and the status line above both. */
export function resultView(
  { analysis, documents }: FinishedAnalysis & { readonly subject: Subject },
  onLeave: () => void,
): ResultView {
  const status = element('p', { class: 'status-line' }, element('strong', {}, statusLine));
  const back = button('Back', onLeave, { class: 'back' });
  if (analysis.outcome === 'ineligible') {
    const view = element(
      'div',
      { class: 'result ineligible' },
      status,
      element('h2', { tabindex: -1 }, 'Not eligible; nothing was analysed or published'),
      refusals(analysis.reasons ?? []),
      back,
    );
    return { view, close: () => {} };
  }
  const viewer = viewerPanel(documents);
  const saved = downloads(analysis, documents);
  const view = element(
    'div',
    { class: 'result' },
    status,
    element('div', { class: 'result-head' }, element('h2', { tabindex: -1 }, 'Result'), saved.view, back),
    element(
      'div',
      { class: 'result-columns' },
      viewer.view,
      element(
        'div',
        { class: 'findings', tabindex: 0, role: 'region', 'aria-label': 'Findings' },
        ...findingsPanel(analysis),
        ...aboutPanel(analysis),
      ),
    ),
  );
  return {
    view,
    close() {
      viewer.close();
      saved.close();
    },
  };
}
