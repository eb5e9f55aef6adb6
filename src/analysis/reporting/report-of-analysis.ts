import { setTimeout } from 'node:timers/promises';
import type { Language } from '../../config-schema.ts';
import type { IngestedSeries } from '../../dicom/ingest-series.ts';
import type { InstanceHeader } from '../../dicom/instance-header.ts';
import type { SourceImage } from '../../dicom/objects/object-facts.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import type { PresentedForm, ResolvedReport } from '../../fhir/presented-form.ts';
import { publishedFindings } from '../../fhir/published-findings.ts';
import type { InferenceResult } from '../../inference/open-inference-engine.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { ReportPicture } from '../../report/report-pictures.ts';
import type { AnalysisAudit } from '../analysis-audit.ts';
import type { Stages } from '../open-stages.ts';
import type { BegunReport } from './begin-report.ts';
import { imageNumbers } from './image-numbers.ts';
import type { Reporter } from './open-reporter.ts';
import type { ReportPlan } from './plan-report.ts';
import { reportContent } from './report-content.ts';
import type { ReportDocument, StoredObjects } from './report-document.ts';
import { storeObjects } from './store-objects.ts';

/** The report of one analysis. It is drawn when it is composed: where nobody wants it, it is not. */
export interface ReportOfAnalysis {
  /** Somebody beside the EHR wants documents: they are to be made also where it holds the result already. */
  readonly isWantedBesides: boolean;
  /** Some of them are to be in the PACS. */
  readonly isToStore: boolean;
  /**
   * Draws the pictures and composes the documents, once it is known what the report says. Once only: the masks are
   * moved away.
   *
   * @throws LobarError `report-failed`; the signal's reason
   */
  compose(resolved: ResolvedReport, signal: AbortSignal): Promise<ComposedReport>;
  /**
   * The same, but waits only so long. What is late by then is still made, and `compose` gives it.
   *
   * @returns undefined where it is late
   */
  composeWithin(
    seconds: number,
    resolved: ResolvedReport,
    signal: AbortSignal,
  ): Promise<ComposedReport | undefined>;
  /**
   * Stores into the PACS what is to be there: the EHR must not announce what is nowhere, and to store it once more is
   * harmless.
   *
   * @throws LobarError as `storeObjects`
   */
  store(report: ComposedReport, signal: AbortSignal): Promise<StoredObjects | undefined>;
  /** Both of a report that was late: other stages were told since, so that these are told no more. */
  readonly late: Pick<ReportOfAnalysis, 'compose' | 'store'>;
}

export interface ComposedReport {
  readonly documents: readonly ReportDocument[];
  /** Those for the EHR. */
  readonly forms: readonly PresentedForm[];
  /** Those for who asked. */
  readonly answered: readonly ReportDocument[];
  /** What is in them, one by one. */
  readonly pictures: readonly ReportPicture[];
}

type Found = Extract<InferenceResult, { kind: 'found' }>;

export interface ReportNeeds {
  readonly reporter: Reporter;
  readonly language: Language;
  /** Name of the hospital. */
  readonly site?: string | undefined;
  /** The PACS of the study. */
  readonly archive: PacsClient | undefined;
  readonly audit: Pick<AnalysisAudit, 'storing'>;
  /** The masks are needed for something else, too. */
  readonly keepMasks: boolean;
  readonly begun?: BegunReport | undefined;
  readonly stages: Pick<Stages, 'run' | 'late'>;
}

/** What becomes of the report of what was found. */
export function reportOfAnalysis(
  plan: ReportPlan,
  { volume, headers, context }: IngestedSeries,
  { findings, mostAffectedSlice }: Found,
  masks: PipelineMasks,
  { reporter, language, site, archive, audit, keepMasks, begun, stages }: ReportNeeds,
): ReportOfAnalysis {
  const { wanted } = plan;
  const { data: _, ...grid } = volume;
  const composing: ReportOfAnalysis['compose'] = async (resolved, signal) => {
    const draft = await begun?.draft(signal);
    const toDraw = {
      wanted,
      volume,
      masks: keepMasks ? structuredClone(masks) : masks,
      // As it is published: what stands in a picture is what stands beside it.
      involvement: publishedFindings(findings).involvement,
      images: imageNumbers(headers),
      draft,
      ...(mostAffectedSlice === undefined ? {} : { mostAffectedSlice }),
    };
    // Finished, and large: they do not go back into the thread.
    const { volumes, ...drawn } = await reporter.draw(toDraw, signal);
    const content = reportContent(resolved, context, grid, site, headers);
    const sources = headers.map(sourceImage);
    const order = { wanted, drawn, content, language, context, grid, sources };
    const documents = [...(await reporter.compose(order, signal)), ...volumes];
    return {
      documents,
      forms: documents.filter(({ kind }) => plan.forms.includes(kind)),
      answered: documents.filter(({ kind }) => plan.answered.includes(kind)),
      pictures: drawn.pictures,
    };
  };
  let composed: Promise<ComposedReport> | undefined;
  const compose: ReportOfAnalysis['compose'] = (resolved, signal) => {
    composed ??= composing(resolved, signal);
    return composed;
  };
  const composeWithin: ReportOfAnalysis['composeWithin'] = async (seconds, resolved, signal) => {
    const late = new AbortController();
    const drawn = compose(resolved, signal);
    // It may fail when nobody waits for it any more.
    drawn.catch(() => undefined);
    try {
      return await Promise.race([drawn, setTimeout(seconds * 1000, undefined, { signal: late.signal })]);
    } finally {
      late.abort();
    }
  };
  const store: ReportOfAnalysis['store'] = async ({ documents }, signal) => {
    if (archive === undefined) return undefined;
    const objects = documents.filter(({ dicom }) => dicom && plan.stored.includes(dicom.object));
    const where = { studyUid: context.studyInstanceUid, signal };
    return await audit.storing(archive, (onSending) =>
      storeObjects(archive, objects, { ...where, onSending }),
    );
  };
  return {
    isWantedBesides: plan.answered.length > 0 || plan.stored.length > 0,
    isToStore: archive !== undefined && plan.stored.length > 0,
    composeWithin: (...all) => stages.run('report', () => composeWithin(...all)),
    compose: (resolved, signal) => stages.run('report', () => compose(resolved, signal)),
    store: (report, signal) => stages.run('store', () => store(report, signal)),
    late: {
      compose: (resolved, signal) => stages.late('report', () => compose(resolved, signal)),
      store: (report, signal) => stages.late('store', () => store(report, signal)),
    },
  };
}

function sourceImage(header: InstanceHeader): SourceImage {
  const { sopClassUid, sopInstanceUid, frameNumber, numberOfFrames } = header;
  const { imagePositionPatient, imageOrientationPatient } = header;
  return {
    sopClassUid,
    sopInstanceUid,
    frameNumber,
    numberOfFrames,
    ...(imagePositionPatient === undefined ? {} : { imagePositionPatient }),
    ...(imageOrientationPatient === undefined ? {} : { imageOrientationPatient }),
  };
}
