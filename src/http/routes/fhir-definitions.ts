import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { lobarVersion } from '../../analysis/algorithm.ts';
import { LobarError } from '../../errors.ts';
import { capabilityStatement } from '../../fhir/definitions/capability-statement.ts';
import {
  type ServedType,
  servedDefinitions,
  servedTypes,
} from '../../fhir/definitions/served-definitions.ts';
import { onlyMethods } from '../only-methods.ts';
import { sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
import { fhirAnswer, fhirProblem, fhirTags, notAcceptable } from './fhir-schema.ts';

/** Reading the definitions of what Lobar publishes, and what the service offers at all. */
export function fhirDefinitionRoutes(fhir: FastifyInstance, { config }: ServiceContext): void {
  const { auth, fhirBase } = config;
  const definitions = servedDefinitions(fhirBase);
  const capabilities = capabilityStatement(fhirBase, lobarVersion, [
    ...(auth.oidc === undefined ? [] : (['OAuth'] as const)),
    ...(auth.clientCertificates === undefined ? [] : (['Certificates'] as const)),
  ]);

  fhir.get(
    '/metadata',
    {
      config: { scope: 'public' },
      schema: {
        tags: fhirTags,
        summary: 'What the service offers in FHIR',
        response: {
          200: fhirAnswer('CapabilityStatement', { resourceType: 'CapabilityStatement' }),
          406: notAcceptable,
        },
      },
    },
    (_request, reply) => sendResource(reply, capabilities),
  );
  onlyMethods(fhir, '/metadata', ['GET']);

  for (const type of Object.keys(servedTypes) as ServedType[]) {
    const ofType = definitions.filter(({ resourceType }) => resourceType === type);
    fhir.get<{ Params: { id: string } }>(
      `/${type}/:id`,
      {
        config: { scope: 'public' },
        schema: {
          tags: fhirTags,
          summary: `Read a ${type}`,
          params: Type.Object({ id: Type.String({ examples: [ofType[0]?.id] }) }),
          response: {
            200: fhirAnswer(type),
            404: fhirProblem('route-not-found', 'There is none of that id'),
            406: notAcceptable,
          },
        },
      },
      (request, reply) => {
        const found = ofType.find(({ id }) => id === request.params.id);
        if (found === undefined) throw new LobarError('route-not-found', { resource: type });
        return sendResource(reply, found);
      },
    );
    onlyMethods(fhir, `/${type}/:id`, ['GET']);
  }
}
