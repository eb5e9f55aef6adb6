import type { Language } from '../../config-schema.ts';
import type { IngestedSeries } from '../../dicom/ingest-series.ts';
import type { PresentedForm, ResolvedReport } from '../../fhir/presented-form.ts';
import type { InferenceResult } from '../../inference/open-inference-engine.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { ReportPicture } from '../../report/report-pictures.ts';
import type { StageClock } from '../../telemetry/stage-clock.ts';
import type { Reporter } from './open-reporter.ts';
import type { ReportPlan } from './plan-report.ts';
import { reportContent } from './report-content.ts';
import type { ReportDocument } from './report-document.ts';

/** The report of one analysis, with its pictures drawn. */
export interface DrawnReport {
  /**
   * Composes the documents, once it is known what the report says.
   *
   * @returns those for the EHR
   * @throws LobarError `report-failed`
   */
  finish(resolved: ResolvedReport): Promise<readonly PresentedForm[]>;
  /** Somebody beside the EHR wants documents: they are to be made also where it holds the result already. */
  readonly isWantedBesides: boolean;
  /** Those for who asked; none before it is finished. */
  readonly documents: readonly ReportDocument[];
  /** What is in them, one by one. */
  readonly pictures: readonly ReportPicture[];
}

type Found = Extract<InferenceResult, { kind: 'found' }>;

export interface DrawContext {
  readonly reporter: Reporter;
  readonly language: Language;
  /** Name of the hospital. */
  readonly site?: string | undefined;
  readonly signal: AbortSignal;
  /** Composing is time of the stage `report`, wherever in the analysis it happens. */
  readonly clock: Pick<StageClock, 'time'>;
}

/** Draws the report of what was found. The masks are moved away. */
export async function drawReport(
  plan: ReportPlan,
  ingested: IngestedSeries,
  { findings, mostAffectedSlice }: Found,
  masks: PipelineMasks,
  { reporter, language, site, signal, clock }: DrawContext,
): Promise<DrawnReport> {
  const { volume, headers, context } = ingested;
  const { wanted } = plan;
  const facts = {
    volume,
    masks,
    involvement: findings.involvement,
    ...(mostAffectedSlice === undefined ? {} : { mostAffectedSlice }),
  };
  // Finished, and large: they do not go back into the thread.
  const { volumes, ...drawn } = await reporter.draw({ ...facts, wanted }, signal);
  const { data: _, ...grid } = volume;
  const sources = headers.map(({ sopClassUid, sopInstanceUid, frameNumber }) => ({
    sopClassUid,
    sopInstanceUid,
    frameNumber,
  }));
  let documents: readonly ReportDocument[] = [];
  return {
    pictures: drawn.pictures,
    isWantedBesides: plan.answered.length > 0 || wanted.objects.length > 0,
    get documents() {
      return documents.filter(({ kind }) => plan.answered.includes(kind));
    },
    async finish(resolved) {
      const content = reportContent(resolved, context, grid, site);
      const order = { wanted, drawn, content, language, context, grid, sources };
      const composed = await clock.time('report', () => reporter.compose(order, signal));
      documents = [...composed, ...volumes];
      return documents.filter(({ kind }) => plan.forms.includes(kind));
    },
  };
}
