import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnalysisJob } from '../../analysis/jobs/analysis-job.ts';
import { LobarError } from '../../errors.ts';
import { hasEnded } from '../../queue/job.ts';
import { JobSchema } from '../jobs/job-document.ts';
import { mayEnd, maySee } from '../jobs/job-owner.ts';
import { askAgainSeconds, sendState } from '../jobs/send-job.ts';
import { bestOf, fhirJson, json } from '../negotiate.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import { bundleOrOutcome } from '../openapi/schemas.ts';
import type { ServiceContext } from '../service-context.ts';

const path = '/v1/analyses/:id';
const ParametersSchema = Type.Object({
  id: Type.String({ maxLength: 64, description: 'As in Location of the answer 202' }),
});
const job = Type.Ref(JobSchema.$id ?? '');
type JobRequest = FastifyRequest<{ Params: { readonly id: string } }>;

const shared = {
  tags: ['analyses'],
  params: ParametersSchema,
  querystring: Type.Object({}, { additionalProperties: false }),
  'x-lobar': { errors: errorsOf.job, answers: { [fhirJson]: { schema: bundleOrOutcome } } },
};

/** Analyses that nobody waits for: how far they are, what came of them, and how to end them. */
export function analysisJobRoutes(app: FastifyInstance, { jobs }: Pick<ServiceContext, 'jobs'>): void {
  const found = async ({ params, client }: JobRequest, may: typeof maySee): Promise<AnalysisJob> => {
    const one = isUuid(params.id) ? await jobs.find(params.id) : undefined;
    // To somebody else there is no such job.
    if (one === undefined || !may(client, one)) throw new LobarError('analysis-not-found', {});
    return one;
  };
  const answer = (description: string) => ({
    description,
    content: { [json]: { schema: job }, [fhirJson]: { schema: {} } },
  });

  app.get(
    path,
    {
      config: { scope: 'analyze' },
      schema: {
        ...shared,
        operationId: 'getAnalysis',
        summary: 'How far an analysis is, and what came of it',
        description:
          'Any process of the installation answers, where they share a queue. `Retry-After` says when asking again makes sense; it is absent once the analysis has ended. As FHIR: the Bundle of a finished one (an OperationOutcome where the study is ineligible), or an OperationOutcome that tells the state.',
        response: {
          200: {
            ...answer('The job'),
            headers: {
              'retry-after': {
                type: 'integer',
                description: 'Seconds after which asking again makes sense; absent once it has ended',
              },
            },
          },
        },
      },
    },
    async (request: JobRequest, reply) => {
      const representation = representationOf(request);
      const one = await found(request, maySee);
      if (!hasEnded(one)) reply.header('retry-after', askAgainSeconds);
      return sendState(reply, one, representation);
    },
  );
  app.delete(
    path,
    {
      config: { scope: 'analyze' },
      schema: {
        ...shared,
        operationId: 'cancelAnalysis',
        summary: 'End an analysis',
        description:
          'One that waits is cancelled; one that runs is told to stop (`stopping`), and is `cancelled` soon after, or `finished` where its report was already on its way to the EHR; one that has ended is left as it is. The answer is the job as it is then, however often it is sent. What Lobar analyses by itself no client can end: to it there is no such analysis.',
        response: { 200: answer('The job') },
      },
    },
    async (request: JobRequest, reply) => {
      const representation = representationOf(request);
      const { id } = await found(request, mayEnd);
      const one = await jobs.cancel(id);
      if (one === undefined) throw new LobarError('analysis-not-found', {});
      return sendState(reply, one, representation);
    },
  );
}

/** @throws LobarError `not-acceptable` */
function representationOf(request: FastifyRequest): typeof json | typeof fhirJson {
  const offered = [json, fhirJson] as const;
  const best = bestOf(request, offered);
  if (best !== undefined) return best;
  const details = { accept: request.headers.accept ?? '' };
  throw new LobarError('not-acceptable', { offered }, { details });
}

function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id);
}
