import type { Job } from '../analysis/analysis-view.ts';
import { wishBar } from '../analysis/wish-bar.ts';
import type { Announcer } from '../dom/announcer.ts';
import { element, fill } from '../dom/element.ts';
import { focusProblem, problemNotice } from '../dom/problem-notice.ts';
import type { Endpoints, ListedStudy, StudyInspection } from '../service/api.ts';
import type { Service } from '../service/open-service.ts';
import { countText } from '../text/count-text.ts';
import { dateText } from '../text/dicom-text.ts';
import { showEligibility, showEligibilityUnknown } from './eligibility-cell.ts';
import { openEligibilityQueue } from './eligibility-queue.ts';
import { type Criteria, searchForm } from './search-form.ts';
import { studyTable } from './study-table.ts';

export interface WorklistOptions {
  readonly service: Service;
  readonly endpoints: Endpoints;
  readonly announcer: Announcer;
  readonly onStart: (job: Job) => void;
}

/** Studies of the PACS, and the way to have one analysed. */
export function worklistView({ service, endpoints, announcer, onStart }: WorklistOptions): HTMLElement {
  const results = element('div', { class: 'results' });
  const queue = openEligibilityQueue();
  const known = new Map<string, StudyInspection>();
  let searching = new AbortController();
  let shown: readonly ListedStudy[] = [];

  const showTable = (criteria: Criteria, more: boolean) => {
    const { signal } = searching;
    const table = studyTable(shown, {
      ehr: wishes.ehr(),
      onAnalyse: (study, publish) => onStart(jobOf(study, criteria.pacs, publish !== false)),
      onSeen: (study, cell) => {
        const inspected = known.get(study.uid);
        if (inspected !== undefined) showEligibility(cell, inspected);
        else queue.add(() => ask(study, criteria.pacs, cell, signal));
      },
    });
    fill(
      results,
      element(
        'p',
        { class: 'quiet' },
        `${daysText(criteria.date)}${countText(shown.length, 'study', 'studies')}${more ? ', and there are more: narrow the search' : ''}`,
      ),
      element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Studies' }, table),
    );
  };
  const ask = async (study: ListedStudy, pacs: string, cell: HTMLElement, signal: AbortSignal) => {
    if (signal.aborted) return;
    fill(cell, element('span', { class: 'quiet' }, 'Looking …'));
    try {
      const inspected = await service.inspect(study.uid, pacs || undefined, signal);
      known.set(study.uid, inspected);
      showEligibility(cell, inspected);
    } catch (thrown) {
      if (signal.aborted) return;
      showEligibilityUnknown(cell, thrown);
      throw thrown;
    }
  };
  const jobOf = (study: ListedStudy, pacs: string, publishes: boolean): Job => {
    const wish = wishes.wish(publishes);
    return {
      subject: study,
      uploads: false,
      publishes,
      ehr: wish.ehr,
      run: (hooks) => service.analyse({ ...wish, study: study.uid, pacs: pacs || undefined }, hooks),
    };
  };

  const search = async (criteria: Criteria) => {
    searching.abort();
    queue.clear();
    known.clear();
    searching = new AbortController();
    const { signal } = searching;
    fill(results, element('p', { class: 'waiting', role: 'status' }, 'Asking the PACS …'));
    results.ariaBusy = 'true';
    try {
      const { studies, more } = await service.studies(criteria, signal);
      shown = studies;
      last = { criteria, more };
      if (studies.length === 0) {
        const text = `${daysText(criteria.date)}the PACS lists no such CT study.`;
        fill(results, element('p', { class: 'empty' }, text.charAt(0).toUpperCase() + text.slice(1)));
      } else showTable(criteria, more);
      announcer.say(countText(studies.length, 'study', 'studies'));
    } catch (thrown) {
      if (signal.aborted) return;
      fill(
        results,
        problemNotice(thrown, () => void search(criteria)),
      );
      focusProblem(results);
    } finally {
      if (!signal.aborted) results.ariaBusy = 'false';
    }
  };

  let last: { readonly criteria: Criteria; readonly more: boolean } | undefined;
  const wishes = wishBar(endpoints, () => {
    if (last !== undefined && shown.length > 0) showTable(last.criteria, last.more);
  });
  const form = searchForm(endpoints.pacs, (criteria) => void search(criteria));
  // Nothing is asked for before the reader asks: every search is recorded in the audit in the reader's name.
  const invitation = 'Search for a patient or an accession number, or list the studies of some days.';
  fill(results, element('p', { class: 'empty' }, invitation));
  return element(
    'section',
    { class: 'worklist', 'aria-labelledby': 'worklist-title' },
    element('h2', { id: 'worklist-title', class: 'unseen', tabindex: -1 }, 'Worklist'),
    form,
    wishes.bar,
    results,
  );
}

/** "2026-11-01 to 2026-11-30: " */
function daysText(range: string): string {
  return range === '' ? '' : `${range.split('-').map(dateText).join(' to ')}: `;
}
