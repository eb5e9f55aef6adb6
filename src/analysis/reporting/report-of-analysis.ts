import type { Language } from '../../config-schema.ts';
import type { IngestedSeries } from '../../dicom/ingest-series.ts';
import type { InstanceHeader } from '../../dicom/instance-header.ts';
import type { SourceImage } from '../../dicom/objects/object-facts.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import type { PresentedForm, ResolvedReport } from '../../fhir/presented-form.ts';
import type { InferenceResult } from '../../inference/open-inference-engine.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { ReportPicture } from '../../report/report-pictures.ts';
import type { StageClock } from '../../telemetry/stage-clock.ts';
import type { Reporter } from './open-reporter.ts';
import type { ReportPlan } from './plan-report.ts';
import { reportContent } from './report-content.ts';
import type { ReportDocument, StoredObjects } from './report-document.ts';
import { storeObjects } from './store-objects.ts';

/** The report of one analysis, with its pictures drawn. */
export interface DrawnReport {
  /**
   * Composes the documents, once it is known what the report says.
   *
   * Stores into the PACS what is to be there: the EHR must not announce what is nowhere, and to store it once more is
   * harmless.
   *
   * @returns those for the EHR
   * @throws LobarError `report-failed`, and as `storeObjects`
   */
  finish(resolved: ResolvedReport): Promise<readonly PresentedForm[]>;
  /** Somebody beside the EHR wants documents: they are to be made also where it holds the result already. */
  readonly isWantedBesides: boolean;
  /** Those for who asked; none before it is finished. */
  readonly documents: readonly ReportDocument[];
  /** What is in them, one by one. */
  readonly pictures: readonly ReportPicture[];
  /** What the PACS holds of it; nothing before it is finished. */
  readonly stored: StoredObjects | undefined;
}

type Found = Extract<InferenceResult, { kind: 'found' }>;

export interface DrawContext {
  readonly reporter: Reporter;
  readonly language: Language;
  /** Name of the hospital. */
  readonly site?: string | undefined;
  /** The PACS of the study. */
  readonly archive: PacsClient | undefined;
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
  { reporter, language, site, archive, signal, clock }: DrawContext,
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
  const sources = headers.map(sourceImage);
  let documents: readonly ReportDocument[] = [];
  let stored: StoredObjects | undefined;
  return {
    pictures: drawn.pictures,
    isWantedBesides: plan.answered.length > 0 || wanted.objects.length > 0,
    get documents() {
      return documents.filter(({ kind }) => plan.answered.includes(kind));
    },
    get stored() {
      return stored;
    },
    async finish(resolved) {
      const content = reportContent(resolved, context, grid, site, headers);
      const order = { wanted, drawn, content, language, context, grid, sources };
      const composed = await clock.time('report', () => reporter.compose(order, signal));
      documents = [...composed, ...volumes];
      if (archive !== undefined && plan.stored.length > 0) {
        const objects = documents.filter(({ dicom }) => dicom && plan.stored.includes(dicom.object));
        stored = await storeObjects(archive, objects, { studyUid: context.studyInstanceUid, signal });
      }
      return documents.filter(({ kind }) => plan.forms.includes(kind));
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
