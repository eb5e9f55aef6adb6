import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastifyPlugin from 'fastify-plugin';
import { securitySchemes } from '../auth/describe-security.ts';

/** The OpenAPI 3.1 document, written from the routes' own schemas, and Swagger UI to try it. */
export const openapi = fastifyPlugin(async (app, { version }: { version: string }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Lobar',
        version,
        description:
          'Chest CT from the PACS in, COVID-19 CT findings to the EHR out. The shipped models were trained on generated phantoms: for software testing and integration, not for patients.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'analyses', description: 'Analyse a study' },
        { name: 'fhir', description: 'The same in FHIR R4, and the definitions of what is published' },
        { name: 'models', description: 'The model packages in use' },
        { name: 'health', description: 'For the platform' },
        { name: 'keys', description: 'For the authorization servers of EHRs' },
      ],
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema['$id'] === 'string' ? schema['$id'] : `Schema${index}`,
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, () => app.swagger());
});
