import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { analyze } from '../../analysis/analyze.ts';
import { type AnalysesRequest, askedAnalysis, readJson } from '../asked-analysis.ts';
import { boundAnswer } from '../documents/bound-answer.ts';
import { sendAnalysis } from '../documents/send-analysis.ts';
import { sendDocument } from '../documents/send-document.ts';
import { sendEvents } from '../event-stream.ts';
import { prefersAsync } from '../jobs/prefer.ts';
import { sendJob } from '../jobs/send-job.ts';
import { submitJob } from '../jobs/submit-job.ts';
import { fhirJson, isDocumentType, json, negotiate } from '../negotiate.ts';
import { runAnalysis, type Watcher } from '../run-analysis.ts';
import { resourceOf, sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
import { analysesSchema } from './analyses-schema.ts';

export function analysisRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { limits } = context.config;
  const bounds = { memory: context.memory, idleSeconds: limits.uploadIdleSeconds };
  // Fastify reads text/plain by default; here it would pass by the schema, which is for JSON.
  app.removeContentTypeParser('text/plain');
  // The instances are read as they arrive; limits.uploadBytes is counted by their parser.
  app.addContentTypeParser('multipart/related', (_request, payload, done) => done(null, payload));

  app.post(
    '/v1/analyses',
    { config: { scope: 'analyze' }, schema: analysesSchema, bodyLimit: limits.requestBytes },
    async (request: AnalysesRequest, reply) => {
      const representation = negotiate(request);
      const isQueued = representation === json || representation === fhirJson;
      if (isQueued && !(request.body instanceof Readable) && prefersAsync(request.headers.prefer)) {
        return await sendJob(reply, await submitJob(request, readJson(request), context), representation);
      }
      const analysis = askedAnalysis(request, representation, context);
      const work = ({ onWait, ...hooks }: Watcher = {}) =>
        runAnalysis(
          request,
          reply,
          context,
          ({ signal, ...run }) => analyze({ ...analysis, ...run }, context, { ...hooks, signal }),
          onWait,
        );
      reply.header('cache-control', 'no-store');
      if (!isQueued && !isDocumentType(representation)) return sendEvents(request, reply, work, bounds);
      const result = await work();
      boundAnswer(reply, result.documents ?? [], bounds);
      if (isDocumentType(representation)) return sendDocument(reply, result, representation);
      return representation === fhirJson
        ? sendResource(reply, resourceOf(result))
        : sendAnalysis(reply, result);
    },
  );
}
