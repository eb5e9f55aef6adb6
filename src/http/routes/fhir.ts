import type { FastifyInstance } from 'fastify';
import { LobarError } from '../../errors.ts';
import { isJsonFormat, isOtherFhirVersion } from '../fhir-media-type.ts';
import { bestOf, fhirJson, json } from '../negotiate.ts';
import { sendOutcome } from '../plugins/problems.ts';
import { toLobarError } from '../problem.ts';
import type { ServiceContext } from '../service-context.ts';
import { fhirAnalyzeRoute } from './fhir-analyze.ts';
import { fhirDefinitionRoutes } from './fhir-definitions.ts';
import { fhirSearchRoutes } from './fhir-search.ts';

export const fhirPrefix = '/fhir';

/** Whether a request is for the FHIR face, whatever became of it. */
export function isForFhir(url: string): boolean {
  return /^\/fhir(?:[/?]|$)/.test(url);
}

/** Some clients encode the dollar sign of an operation, which by RFC 3986 2.2 is another address. */
export function withPlainDollar(url: string): string {
  return url.replace(/^\/fhir\/%24/, () => '/fhir/$');
}

/**
 * The FHIR R4 face of the service. All that lies below it answers application/fhir+json, errors too: as
 * OperationOutcome.
 */
export async function fhirRoutes(fhir: FastifyInstance, context: ServiceContext): Promise<void> {
  fhir.removeAllContentTypeParsers();
  fhir.addContentTypeParser(
    [fhirJson, json],
    { parseAs: 'string' },
    fhir.getDefaultJsonParser('error', 'error'),
  );
  fhir.setErrorHandler((error, request, reply) => sendOutcome(toLobarError(error, request), request, reply));
  fhir.setNotFoundHandler((request, reply) =>
    sendOutcome(new LobarError('route-not-found', { method: request.method }), request, reply),
  );
  fhir.addHook('onRequest', async (request) => {
    const { _format: format } = request.query as { _format?: unknown };
    // _format overrules Accept.
    const acceptable =
      format === undefined ? bestOf(request, [fhirJson, json]) !== undefined : isJsonFormat(format);
    if (!acceptable) throw new LobarError('not-acceptable', { offered: [fhirJson, json] });
    // Where nothing is sent its type says nothing.
    if (request.method === 'POST' && isOtherFhirVersion(request.headers['content-type'] ?? '')) {
      throw new LobarError('media-type-unsupported', {
        problem: 'it is of another version than FHIR R4 (4.0)',
      });
    }
  });
  fhirDefinitionRoutes(fhir, context);
  fhirAnalyzeRoute(fhir, context);
  // In a context of its own: a search may be a form, and nothing else may.
  await fhir.register((search) => fhirSearchRoutes(search, context));
}
