import { context as active, propagation, SpanKind } from '@opentelemetry/api';
import { analyze } from '../../analysis/analyze.ts';
import type { AnalysisRequest, JobResult } from '../../analysis/jobs/analysis-job.ts';
import { pacsSource } from '../../analysis/pacs-source.ts';
import type { JobWorker } from '../../queue/run-delivery.ts';
import { inSpan } from '../../telemetry/in-span.ts';
import { measuredAnalysis } from '../measured-analysis.ts';
import { publishTarget } from '../publish-target.ts';
import { namedEndpoint, type ServiceContext } from '../service-context.ts';

/**
 * Does the jobs of the queue in the places that this process has for analyses: where there is room and nobody waits
 * who asked here. Their endpoints are read in the configuration of this process.
 */
export function analysisWorker(context: Omit<ServiceContext, 'jobs'>): JobWorker<AnalysisRequest, JobResult> {
  const { admission, config, metrics } = context;
  return {
    room: (signal) => admission.room(signal),
    async run({ id, request, attempt }, { signal: stop, onStage, placed }) {
      const signal = AbortSignal.any([stop, admission.givingUp]);
      const work = async () => {
        placed();
        const { study, series, ehr, dryRun = false, accession, caller } = request;
        const pacs = namedEndpoint('pacs', context.pacs, request.pacs);
        const analysis = {
          id,
          caller,
          source: async () => pacsSource(pacs, study, config.limits),
          seriesUid: series,
          accession,
          ehr: ehr === undefined ? undefined : publishTarget(context, ehr),
          dryRun,
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
