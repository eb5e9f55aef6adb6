import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jobPath } from '../../analysis/jobs/analysis-job.ts';
import { automaticTargets, enqueueAutomatic } from '../../analysis/jobs/enqueue-automatic.ts';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { LobarError } from '../../errors.ts';
import { traceHeaders } from '../../telemetry/trace-headers.ts';
import { judgeOne } from '../../watch/judge-one.ts';
import { rulesOf } from '../../watch/rules.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import type { ServiceContext } from '../service-context.ts';
import { type StudyStableEvent, studyStableSchema } from './study-stable-schema.ts';

type Context = Pick<ServiceContext, 'config' | 'pacs' | 'jobs' | 'metrics' | 'admission'>;

/** Takes the events of a PACS: the way to automatic analysis beside `lobar watch`. */
export function studyStableRoutes(app: FastifyInstance, context: Context): void {
  const { config, metrics } = context;
  app.post(
    '/v1/events/study-stable',
    { config: { scope: 'analyze' }, schema: studyStableSchema, bodyLimit: config.limits.requestBytes },
    async (request: FastifyRequest<{ Body: StudyStableEvent }>, reply) => {
      if (context.admission.draining) throw new LobarError('shutting-down', {});
      const { decision, ...answer } = await decide(request.body, reply, context).catch((error: unknown) => {
        metrics.studyDecided('failed');
        throw error;
      });
      metrics.studyDecided(decision);
      return reply.status(decision === 'filtered' ? 200 : 202).send({ decision, ...answer });
    },
  );
}

async function decide({ study, pacs: name }: StudyStableEvent, reply: FastifyReply, context: Context) {
  const { config, jobs } = context;
  const targets = automaticTargets(config);
  const pacs = namedEndpoint('pacs', context.pacs, name ?? config.watch.pacs);
  const { decision, reasons } = await judgeOne(pacs, study, rulesOf(config), {
    stability: 'told',
    now: Date.now(),
    signal: abortOnHangUp(reply),
  });
  if (decision !== 'eligible') return { decision: 'filtered', reasons } as const;
  const asked = { study, pacs: pacs.name, ...targets, trace: traceHeaders() };
  const { id, isNew } = await enqueueAutomatic(jobs, asked);
  return { decision: isNew ? 'enqueued' : 'known', job: jobPath(id), reasons } as const;
}
