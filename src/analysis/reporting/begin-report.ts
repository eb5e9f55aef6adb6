import { AsyncResource } from 'node:async_hooks';
import type { LungGrid } from '../../pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../report/rendering/draft-lungs.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { CtVolume } from '../../volume/types.ts';
import { arePictured } from './are-pictured.ts';
import type { Reporter } from './open-reporter.ts';
import type { ReportPlan } from './plan-report.ts';

/** The part of a report that is made while opacities are still looked for. */
export interface BegunReport {
  /** For `AnalyseOptions.onLungs`. */
  readonly onLungs: (lungs: LungGrid) => void;
  /**
   * What it gave; undefined where it gave nothing: everything is drawn later then, and looks the same.
   *
   * @throws LobarError the signal's reason: what is made may wait for its turn, or never end
   */
  readonly draft: (signal: AbortSignal) => Promise<LungDraft | undefined>;
}

interface BeginOptions {
  /** `report.waitSeconds`. */
  readonly waitSeconds: number | undefined;
  /** Aborted where the analysis ends, in whatever way: what is still being made is for nobody then. */
  readonly until: AbortSignal;
}

/** @returns undefined where no picture will be drawn */
export function beginReport(
  plan: ReportPlan | undefined,
  reporter: Reporter,
  volume: CtVolume,
  { waitSeconds, until }: BeginOptions,
): BegunReport | undefined {
  if (plan === undefined || !arePictured(plan.wanted)) return undefined;
  // The EHR does not wait for it, and nobody else wants it: it is never drawn.
  if (waitSeconds === 0 && !isDrawnAnyway(plan)) return undefined;
  let draft: Promise<LungDraft | undefined> = Promise.resolve(undefined);
  return {
    // It is called from a worker's message, which belongs to no request: its span is to lie in the trace of this one.
    onLungs: AsyncResource.bind((lungs: LungGrid) => {
      draft = reporter.begin({ volume, lungs }, until).catch(() => undefined);
    }),
    draft: (signal) => unlessAborted(draft, signal),
  };
}

function isDrawnAnyway({ answered, stored, isAwaited }: ReportPlan): boolean {
  return answered.length > 0 || stored.length > 0 || isAwaited;
}
