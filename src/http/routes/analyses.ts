import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AnalyzeHooks, type AnalyzeResult, analyze } from '../../analysis/analyze.ts';
import { pacsSource } from '../../analysis/pacs-source.ts';
import type { StudySource } from '../../analysis/study-source.ts';
import { uploadSource } from '../../analysis/upload-source.ts';
import { LobarError } from '../../errors.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { sendEvents } from '../event-stream.ts';
import { eventStream, fhirJson, negotiate, type Representation } from '../negotiate.ts';
import { namedEndpoint, type ServiceContext } from '../service-context.ts';
import { uploadedInstances } from '../uploaded-instances.ts';
import { type AnalysisRequest, analysesSchema, type UploadQuery } from './analyses-schema.ts';

type Options = Pick<AnalysisRequest, 'series' | 'ehr' | 'accession' | 'publish'>;

export function analysisRoutes(app: FastifyInstance, context: ServiceContext): void {
  // Fastify reads text/plain by default; here it would pass by the schema, which is for JSON.
  app.removeContentTypeParser('text/plain');
  // The instances are read as they arrive; limits.uploadBytes is counted by their parser.
  app.addContentTypeParser('multipart/related', (_request, payload, done) => done(null, payload));

  app.post(
    '/v1/analyses',
    { schema: analysesSchema, bodyLimit: 64 * 1024 },
    async (request: FastifyRequest<{ Body: unknown; Querystring: UploadQuery }>, reply) => {
      const representation = negotiate(request);
      const signal = abortOnHangUp(reply);
      const { source, options: chosen } = readRequest(request, context, signal);
      const ehr = chosen.publish === false ? undefined : publishTarget(context, chosen.ehr);
      const work = (onProgress?: AnalyzeHooks['onProgress']) =>
        context.admission.run(async () =>
          analyze(
            {
              id: request.id,
              source: await source(),
              seriesUid: chosen.series,
              accession: chosen.accession,
              ehr,
              dryRun: chosen.publish === 'dry-run',
            },
            context,
            { signal, ...(onProgress === undefined ? {} : { onProgress }) },
          ),
        );
      if (representation === eventStream) return sendEvents(request, reply, work);
      return send(reply, representation, await work());
    },
  );
}

/** What to analyse and how: from the JSON body, or from an upload and its query. */
function readRequest(
  request: FastifyRequest<{ Body: unknown; Querystring: UploadQuery }>,
  context: ServiceContext,
  signal: AbortSignal,
): { source: () => Promise<StudySource>; options: Options } {
  if (request.headers['content-type']?.startsWith('multipart/related')) {
    const { publish = 'true', ...rest } = request.query;
    const instances = uploadedInstances(request, context.config.limits);
    return {
      source: () => uploadSource(instances, context.config.limits, signal),
      options: { ...rest, publish: publish === 'dry-run' ? publish : publish === 'true' },
    };
  }
  if (Object.keys(request.query).length > 0) {
    throw new LobarError('request-invalid', {
      problem: 'with a JSON body, options belong in the body, not in the query',
    });
  }
  const { study, pacs, publish = true, ...rest } = request.body as AnalysisRequest;
  const client = namedEndpoint('pacs', context.pacs, pacs);
  return { source: async () => pacsSource(client, study), options: { ...rest, publish } };
}

function publishTarget(context: ServiceContext, ehr: string | undefined) {
  if (context.ehrs.size === 0 && ehr === undefined) throw new LobarError('publish-not-configured', {});
  return namedEndpoint('ehr', context.ehrs, ehr);
}

function send(
  reply: FastifyReply,
  representation: Representation,
  { analysis, bundle }: AnalyzeResult,
): FastifyReply {
  if (representation !== fhirJson) return reply.send(analysis);
  return reply.type(fhirJson).send(JSON.stringify(bundle ?? ineligibleOutcome(analysis.reasons ?? [])));
}

function ineligibleOutcome(series: readonly { reasons: readonly { code: string; text: string }[] }[]) {
  const reasons = series.flatMap(({ reasons }) => reasons);
  const message = `The study is not eligible: ${reasons.map(({ text }) => text).join(' ')}`;
  return toOperationOutcome({ code: 'ineligible', message, status: 200 });
}
