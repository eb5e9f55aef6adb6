import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Analysis } from '../../analysis/analysis.ts';
import {
  type AnalyzeHooks,
  type AnalyzeRequest,
  type AnalyzeResult,
  analyze,
} from '../../analysis/analyze.ts';
import { pacsSource } from '../../analysis/pacs-source.ts';
import { uploadSource } from '../../analysis/upload-source.ts';
import { LobarError } from '../../errors.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { sendEvents } from '../event-stream.ts';
import { eventStream, fhirJson, negotiate, type Representation } from '../negotiate.ts';
import { namedEndpoint, type ServiceContext } from '../service-context.ts';
import { uploadedInstances } from '../uploaded-instances.ts';
import { type AnalysisRequest, analysesSchema, type UploadQuery } from './analyses-schema.ts';

export function analysisRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { limits } = context.config;
  // Fastify reads text/plain by default; here it would pass by the schema, which is for JSON.
  app.removeContentTypeParser('text/plain');
  // The instances are read as they arrive; limits.uploadBytes is counted by their parser.
  app.addContentTypeParser('multipart/related', (_request, payload, done) => done(null, payload));

  app.post(
    '/v1/analyses',
    { schema: analysesSchema, bodyLimit: limits.requestBytes },
    async (request: AnalysesRequest, reply) => {
      const representation = negotiate(request);
      const { source, ehr, publish, ...chosen } = readRequest(request, context);
      const analysis = {
        id: request.id,
        source,
        seriesUid: chosen.series,
        accession: chosen.accession,
        ehr: publish === false ? undefined : publishTarget(context, ehr),
        dryRun: publish === 'dry-run',
      };
      const signal = abortOnHangUp(reply);
      const work = (onProgress?: AnalyzeHooks['onProgress']) =>
        context.admission.run(() =>
          analyze(analysis, context, { signal, ...(onProgress === undefined ? {} : { onProgress }) }),
        );
      if (representation === eventStream) return sendEvents(request, reply, work);
      return send(reply, representation, await work());
    },
  );
}

type AnalysesRequest = FastifyRequest<{ Body: unknown; Querystring: UploadQuery }>;

interface Wish extends Pick<AnalysisRequest, 'series' | 'ehr' | 'accession'> {
  readonly source: AnalyzeRequest['source'];
  readonly publish: boolean | 'dry-run';
}

/** What to analyse and how: from the JSON body, or from an upload and its query. */
function readRequest(request: AnalysesRequest, { config: { limits }, pacs }: ServiceContext): Wish {
  const { body, query } = request;
  if (body instanceof Readable) {
    const { publish = 'true', ...rest } = query;
    return {
      ...rest,
      source: (signal) => uploadSource(uploadedInstances(request.headers, body, limits, signal), limits),
      publish: publish === 'dry-run' ? publish : publish === 'true',
    };
  }
  if (typeof body !== 'object' || body === null) {
    throw new LobarError('request-invalid', { problem: 'a body is required, JSON or an upload' });
  }
  if (Object.keys(query).length > 0) {
    throw new LobarError('request-invalid', {
      problem: 'with a JSON body, options belong in the body, not in the query',
    });
  }
  // Any body that is no stream is JSON and has passed RequestSchema.
  const { study, pacs: name, publish = true, ...rest } = body as AnalysisRequest;
  const client = namedEndpoint('pacs', pacs, name);
  return { ...rest, source: async () => pacsSource(client, study, limits), publish };
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
  return reply.type(fhirJson).send(JSON.stringify(bundle ?? ineligibleOutcome(analysis)));
}

function ineligibleOutcome({ id, reasons = [] }: Analysis) {
  const texts = reasons.flatMap((series) => series.reasons.map(({ text }) => text));
  return toOperationOutcome({
    code: 'ineligible',
    message: `The study is not eligible: ${texts.join(' ')}`,
    status: 200,
    severity: 'information',
    requestId: id,
  });
}
