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
import { errorsOf } from '../openapi/answered-errors.ts';
import { formatParameter } from '../openapi/shared-parameters.ts';
import { sendResource } from '../send-resource.ts';
import type { ServiceContext } from '../service-context.ts';
import { fhirAnswer, fhirNotes, fhirTags } from './fhir-schema.ts';

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
        operationId: 'getCapabilities',
        tags: fhirTags,
        summary: 'What the service offers in FHIR',
        description: 'The CapabilityStatement (FHIR R4 http, "capabilities").',
        'x-lobar': fhirNotes(errorsOf.fhirReading),
        querystring: Type.Object(formatParameter),
        response: { 200: fhirAnswer('The CapabilityStatement', 'CapabilityStatement') },
      },
    },
    (_request, reply) => sendResource(reply, capabilities),
  );

  for (const type of Object.keys(servedTypes) as ServedType[]) {
    const ofType = definitions.filter(({ resourceType }) => resourceType === type);
    fhir.get<{ Params: { id: string } }>(
      `/${type}/:id`,
      {
        config: { scope: 'public' },
        schema: {
          operationId: `read${type}`,
          tags: fhirTags,
          summary: `Read a ${type}`,
          description: `By its id; a search of ${type} without parameters lists them.`,
          'x-lobar': fhirNotes(errorsOf.fhirDefinition),
          params: Type.Object({ id: Type.String({ examples: [ofType[0]?.id] }) }),
          querystring: Type.Object(formatParameter),
          response: { 200: fhirAnswer(`The ${type}`, type) },
        },
      },
      (request, reply) => {
        const found = ofType.find(({ id }) => id === request.params.id);
        if (found === undefined) throw new LobarError('route-not-found', { resource: type });
        return sendResource(reply, found);
      },
    );
  }
}
