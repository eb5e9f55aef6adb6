import { randomUUID } from 'node:crypto';
import accepts from '@fastify/accepts';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { AnalysisSchema } from '../analysis/analysis.ts';
import { compiledOnce } from '../compiled-once.ts';
import type { Logger } from '../telemetry/log.ts';
import { JobSchema } from './jobs/job-document.ts';
import { authentication } from './plugins/authentication.ts';
import { noRoute } from './plugins/no-route.ts';
import { openapi } from './plugins/openapi.ts';
import { privateAnswers } from './plugins/private-answers.ts';
import { problems, sendOutcome, sendProblem } from './plugins/problems.ts';
import { rateLimit } from './plugins/rate-limit.ts';
import { requestLog } from './plugins/request-log.ts';
import { tracing } from './plugins/tracing.ts';
import { ProblemSchema, toLobarError } from './problem.ts';
import { analysisRoutes } from './routes/analyses.ts';
import { RequestSchema } from './routes/analyses-schema.ts';
import { analysisJobRoutes } from './routes/analysis-jobs.ts';
import { fhirPrefix, fhirRoutes, isForFhir, withPlainDollar } from './routes/fhir.ts';
import { ParametersSchema } from './routes/fhir-parameters-schema.ts';
import { healthRoutes } from './routes/health.ts';
import { jwksRoutes } from './routes/jwks.ts';
import { modelRoutes } from './routes/models.ts';
import { pageRoutes } from './routes/page.ts';
import { protectedResourceRoutes } from './routes/protected-resource.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { studyStableRoutes } from './routes/study-stable.ts';
import { StudyStableSchema } from './routes/study-stable-schema.ts';
import { worklistRoutes } from './routes/worklist.ts';
import { WorklistSearchSchema } from './routes/worklist-schema.ts';
import type { ServiceContext } from './service-context.ts';

/** The application; it listens nowhere until its caller says so. */
export async function buildApp(
  context: ServiceContext,
  logger: Logger,
  version: string,
): Promise<FastifyInstance> {
  const app = fastify({
    ...(context.serverFactory === undefined ? {} : { serverFactory: context.serverFactory }),
    loggerInstance: logger as FastifyBaseLogger,
    // Fastify's own line holds the URL; plugins/request-log.ts writes one without.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => randomUUID(),
    // The admission refuses while the process drains, in the form that is documented.
    return503OnClosing: false,
    // What has not arrived by then could not be analysed in time either; a body that trickles in holds a connection.
    requestTimeout: 1000 * (context.config.limits.waitSeconds + context.config.limits.analysisSeconds),
    rewriteUrl: ({ url = '/' }) => withPlainDollar(url),
    // What a hospital sent is never bent into shape: no coercion, no dropped properties.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, ...compiledOnce } },
    // An address that cannot even be decoded reaches no hook and no error handler of the app.
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      const send = isForFhir(request.url) ? sendOutcome : sendProblem;
      send(toLobarError(error, request), request, reply);
    },
  });
  app.addSchema(AnalysisSchema);
  app.addSchema(ProblemSchema);
  app.addSchema(RequestSchema);
  app.addSchema(StudyStableSchema);
  app.addSchema(WorklistSearchSchema);
  app.addSchema(JobSchema);
  app.addSchema(ParametersSchema);
  // First, so that all that follows is within the span of the request.
  await app.register(tracing);
  await app.register(accepts);
  await app.register(problems);
  await app.register(privateAnswers);
  await app.register(requestLog, context);
  await app.register(noRoute);
  await app.register(authentication, context);
  await app.register(rateLimit, {
    perMinute: context.config.limits.requestsPerMinute,
    onRefused: ({ routeOptions }) => {
      if (routeOptions.config.scope === 'analyze') context.metrics.rejected('rate-limited');
    },
  });
  await app.register(openapi, { version });
  // The routes come after @fastify/swagger in a context of their own, so that its hook sees them.
  await app.register(async (routes) => {
    analysisRoutes(routes, context);
    analysisJobRoutes(routes, context);
    studyStableRoutes(routes, context);
    worklistRoutes(routes, context);
    modelRoutes(routes, context);
    await routes.register((fhir) => fhirRoutes(fhir, context), { prefix: fhirPrefix });
    healthRoutes(routes, context);
    jwksRoutes(routes, context);
    protectedResourceRoutes(routes, context);
    pageRoutes(routes, context);
    signInRoutes(routes, context);
  });
  return app;
}
