import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AnalyzeRequest, analyze } from '../../analysis/analyze.ts';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { pacsSource } from '../../analysis/pacs-source.ts';
import { publishTarget } from '../../analysis/publish-target.ts';
import { uploadSource } from '../../analysis/upload-source.ts';
import { LobarError } from '../../errors.ts';
import { sendEvents } from '../event-stream.ts';
import { prefersAsync } from '../jobs/prefer.ts';
import { sendJob } from '../jobs/send-job.ts';
import { submitJob } from '../jobs/submit-job.ts';
import { eventStream, fhirJson, negotiate } from '../negotiate.ts';
import { runAnalysis, type Watcher } from '../run-analysis.ts';
import { resourceOf, sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
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
    { config: { scope: 'analyze' }, schema: analysesSchema, bodyLimit: limits.requestBytes },
    async (request: AnalysesRequest, reply) => {
      const representation = negotiate(request);
      if (
        representation !== eventStream &&
        !(request.body instanceof Readable) &&
        prefersAsync(request.headers.prefer)
      ) {
        return await sendJob(reply, await submitJob(request, readJson(request), context), representation);
      }
      const { source, archive, ehr, publish, ...chosen } = readRequest(request, context);
      const analysis = {
        source,
        archive,
        seriesUid: chosen.series,
        // Spaces around it mean nothing (PS3.5 6.2, SH).
        accession: chosen.accession?.trim(),
        ehr: publish === false ? undefined : publishTarget(context, ehr),
        dryRun: publish === 'dry-run',
      };
      const work = ({ onWait, ...hooks }: Watcher = {}) =>
        runAnalysis(
          request,
          reply,
          context,
          ({ signal, ...run }) => analyze({ ...analysis, ...run }, context, { ...hooks, signal }),
          onWait,
        );
      if (representation === eventStream) return sendEvents(request, reply, work);
      const result = await work();
      return representation === fhirJson
        ? sendResource(reply, resourceOf(result))
        : reply.send(result.analysis);
    },
  );
}

type AnalysesRequest = FastifyRequest<{ Body: unknown; Querystring: UploadQuery }>;

interface Wish extends Pick<AnalysisRequest, 'series' | 'ehr' | 'accession'> {
  readonly source: AnalyzeRequest['source'];
  /** None for an upload. */
  readonly archive?: AnalyzeRequest['archive'];
  readonly publish: boolean | 'dry-run';
}

/** What to analyse and how: from the JSON body, or from an upload and its query. */
function readRequest(request: AnalysesRequest, { config: { limits }, pacs }: ServiceContext): Wish {
  const { body, query } = request;
  if (body instanceof Readable) {
    const { publish = 'true', ...rest } = query;
    return {
      ...rest,
      source: (signal, reserve) =>
        uploadSource(uploadedInstances(request.headers, body, limits, signal), limits, reserve),
      publish: publish === 'dry-run' ? publish : publish === 'true',
    };
  }
  const { study, pacs: name, publish = true, callback, ...rest } = readJson(request);
  if (callback !== undefined) {
    throw new LobarError('request-invalid', { problem: 'body.callback needs Prefer: respond-async' });
  }
  const client = namedEndpoint('pacs', pacs, name);
  return { ...rest, source: async () => pacsSource(client, study, limits), archive: client, publish };
}

/** @throws LobarError `request-invalid` */
function readJson({ body, query }: AnalysesRequest): AnalysisRequest {
  if (typeof body !== 'object' || body === null) {
    throw new LobarError('request-invalid', { problem: 'a body is required, JSON or an upload' });
  }
  if (Object.keys(query).length > 0) {
    throw new LobarError('request-invalid', {
      problem: 'with a JSON body, options belong in the body, not in the query',
    });
  }
  // Any body that is no stream is JSON and has passed RequestSchema.
  return body as AnalysisRequest;
}
