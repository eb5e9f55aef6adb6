import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { analyze } from '../../analysis/analyze.ts';
import { askedStudy } from '../../analysis/asked-study.ts';
import { followTask } from '../../analysis/follow-task.ts';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { pacsSource } from '../../analysis/pacs-source.ts';
import { publishTarget } from '../../analysis/publish-target.ts';
import { readAnalyzeParameters } from '../../fhir/analyze-parameters.ts';
import { operationCode } from '../../fhir/definitions/operation-definition.ts';
import type { EhrClient } from '../../fhir/open-ehr.ts';
import { logError } from '../plugins/problems.ts';
import { toLobarError } from '../problem.ts';
import { runAnalysis } from '../run-analysis.ts';
import { resourceOf, sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
import { analyzeSchema } from './fhir-schema.ts';

/** POST /fhir/$analyze-chest-ct: POST /v1/analyses in FHIR, with a Task that follows it. */
export function fhirAnalyzeRoute(fhir: FastifyInstance, context: ServiceContext): void {
  const { config, ehrs, pacs } = context;
  const path = `/$${operationCode}`;
  const ehrNamed = (name: string | undefined): EhrClient | undefined =>
    name === undefined && ehrs.size === 0 ? undefined : namedEndpoint('ehr', ehrs, name);

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    // Both check the outline; ours says where in the Parameters a mistake is, so it goes first.
    const asked = readAnalyzeParameters(request.body, (name) => ehrNamed(name)?.config);
    if (request.validationError !== undefined) throw request.validationError;

    const archive = namedEndpoint('pacs', pacs, asked.pacs);
    const ehr = asked.publish === false ? ehrNamed(asked.ehr) : publishTarget(context, asked.ehr);
    const analysis = {
      source: async (signal: AbortSignal) => {
        const study = await askedStudy(asked, archive, ehr, { signal, requestId: request.id });
        return pacsSource(archive, study, config.limits);
      },
      archive,
      seriesUid: asked.series,
      accession: asked.accession,
      patient: asked.patient,
      serviceRequest: asked.serviceRequest,
      ehr: asked.publish === false ? undefined : ehr,
      dryRun: asked.publish === 'dry-run',
    };
    const onSilenced = (error: unknown) => logError(toLobarError(error, request), request);
    const result = await runAnalysis(request, reply, context, ({ signal, ...run }) => {
      const work = (taskFor?: fhir4.Reference) =>
        analyze({ ...analysis, ...run, taskFor }, context, { signal });
      return asked.task === undefined || ehr === undefined
        ? work()
        : followTask({ ehr, id: asked.task }, work, { requestId: run.id, signal, onSilenced });
    });
    return sendResource(reply, resourceOf(result));
  };

  fhir.post(
    path,
    {
      config: { scope: 'analyze' },
      schema: analyzeSchema,
      bodyLimit: config.limits.requestBytes,
      attachValidation: true,
    },
    handle,
  );
}
