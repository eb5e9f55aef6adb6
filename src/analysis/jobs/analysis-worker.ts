import { context as active, propagation, SpanKind } from '@opentelemetry/api';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import type { EhrClient } from '../../fhir/open-ehr.ts';
import type { JobWorker } from '../../queue/job-worker.ts';
import type { AnalysisMetrics } from '../../telemetry/analysis-metrics.ts';
import { inSpan } from '../../telemetry/in-span.ts';
import type { Admission } from '../admission.ts';
import { type AnalyzeContext, analyze } from '../analyze.ts';
import { measuredAnalysis } from '../measured-analysis.ts';
import { namedEndpoint } from '../named-endpoint.ts';
import { pacsSource } from '../pacs-source.ts';
import { publishTarget } from '../publish-target.ts';
import type { AnalysisRequest, JobResult } from './analysis-job.ts';

export interface WorkerContext extends AnalyzeContext {
  readonly admission: Admission;
  readonly metrics: AnalysisMetrics;
  readonly pacs: ReadonlyMap<string, PacsClient>;
  readonly ehrs: ReadonlyMap<string, EhrClient>;
}

/**
 * Does the jobs of the queue in the places that this process has for analyses: where there is room and nobody waits
 * who asked here. Their endpoints are read in the configuration of this process.
 */
export function analysisWorker(context: WorkerContext): JobWorker<AnalysisRequest, JobResult> {
  const { admission, config, metrics } = context;
  return {
    room: (signal) => admission.room(signal),
    get full() {
      return admission.full;
    },
    async run({ id, request, attempt }, { signal: stop, onStage, placed }) {
      const signal = AbortSignal.any([stop, admission.givingUp]);
      const work = async () => {
        placed();
        const { study, series, ehr, dryRun = false, accession, language, caller } = request;
        const pacs = namedEndpoint('pacs', context.pacs, request.pacs);
        const analysis = {
          id,
          caller,
          source: async () => pacsSource(pacs, study, config.limits),
          archive: pacs,
          seriesUid: series,
          accession,
          ehr: ehr === undefined ? undefined : publishTarget(context, ehr),
          dryRun,
          ...(language === undefined ? {} : { language }),
        };
        const onProgress = (stage: string, fraction: number) => {
          if (fraction === 0) onStage(stage);
        };
        const { analysis: document, bundle } = await measuredAnalysis(metrics, () =>
          analyze(analysis, context, { signal, onProgress }),
        );
        return { analysis: document, ...(bundle === undefined ? {} : { bundle }) };
      };
      const parent = propagation.extract(active.active(), request.trace ?? {});
      const attributes = { 'lobar.request_id': id, 'lobar.attempt': attempt };
      return await active.with(parent, () =>
        inSpan('analysis job', { kind: SpanKind.CONSUMER, attributes }, () =>
          // Where both wait, who waits for an answer is before who does not.
          admission.run(work, { client: 'queue', urgency: 7, signal }),
        ),
      );
    },
  };
}
