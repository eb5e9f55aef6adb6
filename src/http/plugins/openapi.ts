import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastifyPlugin from 'fastify-plugin';
import { securitySchemes } from '../auth/describe-security.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import { introduction } from '../openapi/introduction.ts';
import { writeDocument } from '../openapi/write-document.ts';

/** The OpenAPI 3.1 document, written from the routes' own schemas, and Swagger UI to try it. */
export const openapi = fastifyPlugin(async (app, { version }: { version: string }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lobar',
        version,
        description: introduction,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes },
      servers: [{ url: '/', description: 'This service' }],
      security: [],
      tags: [
        { name: 'analyses', description: 'Analyse a study' },
        { name: 'worklist', description: 'What there is to be analysed' },
        { name: 'fhir', description: 'The same in FHIR R4, and the definitions of what is published' },
        { name: 'models', description: 'The model packages in use' },
        { name: 'health', description: 'For the platform' },
        { name: 'keys', description: 'For the authorization servers of EHRs' },
        { name: 'description', description: 'What the service says of itself' },
      ],
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${index}`,
    },
    transformObject: (written) => ('openapiObject' in written ? writeDocument(written.openapiObject) : {}),
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  const scope = 'public';
  app.get('/openapi.json', { config: { scope }, schema: openapiSchema }, () => app.swagger());
});

const openapiSchema = {
  operationId: 'getOpenApi',
  tags: ['description'],
  summary: 'This document',
  description: 'The OpenAPI 3.1 document of exactly the version that runs.',
  'x-lobar': { errors: errorsOf.reading },
  response: {
    200: {
      description: 'OpenAPI 3.1',
      content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    },
  },
};
