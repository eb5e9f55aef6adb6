import { type Static, Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { type ErrorCode, LobarError } from '../errors.ts';
import { operationCode, operationPath } from '../fhir/definitions/operation-definition.ts';
import { json } from './negotiate.ts';
import { answeredCodes } from './openapi/answered-errors.ts';

/** RFC 9457 problem details; `code` is ours and stable, `details` name the thing (UIDs) for the caller only. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ examples: ['urn:lobar:error:study-not-found'] }),
    title: Type.String({ description: 'The same for every error of this code' }),
    status: Type.Integer({ description: 'The HTTP status, also where the answer is a stream of events' }),
    code: Type.Unsafe<ErrorCode>({
      type: 'string',
      enum: answeredCodes,
      description: 'Stable: what a client branches on',
    }),
    detail: Type.String({ description: 'What is wrong and what to do; without identifiers' }),
    requestId: Type.String({ description: 'As in X-Request-Id' }),
    details: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        description:
          'Names the thing; not for a log, as most of it identifies. `studyInstanceUid`, `seriesInstanceUid`, `sopInstanceUid`, `part` (of an upload, from 1), `name` (of an endpoint), `reasons` (why a study is not eligible), `unknownProperties`, `accept`, and `retryAfterSeconds` as in Retry-After. More may come',
      }),
    ),
  },
  { $id: 'Problem', description: 'An error (RFC 9457)' },
);
export type Problem = Static<typeof ProblemSchema>;

export function toProblem(error: LobarError, requestId: string): Problem {
  return {
    type: `urn:lobar:error:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(Object.keys(error.details).length > 0 ? { details: { ...error.details } } : {}),
  };
}

/** What Fastify throws. */
interface FastifyFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly validation?: readonly ValidationMistake[];
  readonly validationContext?: string;
}

interface ValidationMistake {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: object;
}

/** What Fastify says of a body that should be JSON. */
const bodyCodes = new Set(['FST_ERR_CTP_EMPTY_JSON_BODY', 'FST_ERR_CTP_INVALID_JSON_BODY']);

/** Any thrown value as a coded error: what Fastify itself refuses is the caller's mistake, the rest is ours. */
export function toLobarError(error: unknown, request: FastifyRequest): LobarError {
  if (error instanceof LobarError) return error;
  const { statusCode, code = '', validation, validationContext } = error as FastifyFailure;
  const options = { cause: error };
  const isOperation = request.routeOptions.url === `/fhir/$${operationCode}`;
  const definition = isOperation ? operationPath : undefined;
  if (validation !== undefined) {
    return invalidRequest(validation, validationContext ?? 'request', { ...options, definition });
  }
  if (statusCode === 413) {
    const value = request.routeOptions.bodyLimit ?? 0;
    return new LobarError('limit-exceeded', { limit: 'limits.requestBytes', value, unit: 'bytes' }, options);
  }
  if (statusCode === 415) {
    const types = bodyTypes(request);
    const problem =
      types.length === 0 ? 'none is taken here' : `its Content-Type is not ${types.join(' or ')}`;
    return new LobarError('media-type-unsupported', { problem }, options);
  }
  // What @fastify/static refuses: to the outside there is no such page.
  // Nor one with a name that is too long (414).
  if (statusCode === 403 || statusCode === 404 || statusCode === 414) {
    return new LobarError('route-not-found', { method: request.method }, options);
  }
  if (statusCode === 400) {
    const problem =
      error instanceof SyntaxError || bodyCodes.has(code)
        ? 'its body is no JSON document'
        : 'its address, length or body is not what its headers say';
    return new LobarError('request-invalid', { problem, definition }, options);
  }
  return new LobarError('internal', {}, options);
}

/** The media types of a body that a route documents: JSON where its schema names none, nothing where it has no body. */
function bodyTypes({ routeOptions }: FastifyRequest): readonly string[] {
  const body = routeOptions.schema?.body as { readonly content?: object } | undefined;
  if (body === undefined) return [];
  return body.content === undefined ? [json] : Object.keys(body.content);
}

/** All mistakes in one sentence; names that the caller made up go into the details, they may be anything. */
function invalidRequest(
  validation: readonly ValidationMistake[],
  context: string,
  { cause, definition }: { readonly cause: unknown; readonly definition: string | undefined },
): LobarError {
  const problem = [...new Set(validation.map((mistake) => describeMistake(mistake, context)))].join('; ');
  const unknown = validation.flatMap(({ params }) =>
    'additionalProperty' in params ? [String(params.additionalProperty)] : [],
  );
  const details = unknown.length === 0 ? {} : { unknownProperties: unknown.join(', ') };
  return new LobarError('request-invalid', { problem, definition }, { cause, details });
}

function describeMistake(
  { instancePath, message = 'is invalid', params }: ValidationMistake,
  context: string,
): string {
  const path = [context, ...instancePath.split('/').slice(1)].join('.');
  // A header is a text, so that its range is a pattern, which says little.
  if (path === 'headers.request-timeout') return `${path} must be whole seconds from 1 to 86400`;
  const allowed = 'allowedValues' in params ? ` (${String(params.allowedValues)})` : '';
  return `${path} ${message}${allowed}`;
}
