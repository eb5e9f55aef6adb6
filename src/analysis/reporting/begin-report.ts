import { AsyncResource } from 'node:async_hooks';
import type { LungGrid } from '../../pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../report/rendering/draft-lungs.ts';
import type { CtVolume } from '../../volume/types.ts';
import { arePictured } from './are-pictured.ts';
import type { Reporter } from './open-reporter.ts';
import type { ReportPlan } from './plan-report.ts';

/** The part of a report that is made while opacities are still looked for. */
export interface BegunReport {
  /** For `AnalyseOptions.onLungs`. */
  readonly onLungs: (lungs: LungGrid) => void;
  /** What it gave; undefined where it gave nothing: everything is drawn later then, and looks the same. */
  readonly draft: () => Promise<LungDraft | undefined>;
  /** Ends it where there will be no report. */
  readonly stop: () => void;
}

/** @returns undefined where no picture of the lungs will be wanted at once */
export function beginReport(
  plan: ReportPlan | undefined,
  reporter: Reporter,
  volume: CtVolume,
  waitSeconds: number | undefined,
): BegunReport | undefined {
  // Nobody waits for it then, and it may be that nobody wants it.
  if (plan === undefined || !arePictured(plan.wanted) || waitSeconds === 0) return undefined;
  const stopped = new AbortController();
  let draft: Promise<LungDraft | undefined> = Promise.resolve(undefined);
  return {
    // It is called from a worker's message, which belongs to no request: its span is to lie in the trace of this one.
    onLungs: AsyncResource.bind((lungs: LungGrid) => {
      draft = reporter.begin({ volume, lungs }, stopped.signal).catch(() => undefined);
    }),
    draft: () => draft,
    stop: () => stopped.abort(),
  };
}
