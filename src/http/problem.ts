import { type Static, Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { type ErrorCode, errorTable, LobarError } from '../errors.ts';

/** RFC 9457 problem details; `code` is ours and stable, `details` name the thing (UIDs) for the caller only. */
export const ProblemSchema = Type.Object(
  {
    type: Type.String({ examples: ['urn:lobar:error:study-not-found'] }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(errorTable) }),
    detail: Type.String({ description: 'What is wrong and what to do' }),
    requestId: Type.String(),
    details: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  },
  { $id: 'Problem', description: 'An error, RFC 9457' },
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

interface FastifyFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  readonly validation?: readonly {
    readonly instancePath: string;
    readonly message?: string;
    readonly params: object;
  }[];
  readonly validationContext?: string;
}

/** Any thrown value as a coded error: what Fastify itself refuses is the caller's mistake, the rest is ours. */
export function toLobarError(error: unknown, request: FastifyRequest): LobarError {
  if (error instanceof LobarError) return error;
  const failure = error as FastifyFailure;
  if (failure.validation !== undefined) {
    const problem = failure.validation
      .map((one) => describeValidation(one, failure.validationContext))
      .join('; ');
    return new LobarError('request-invalid', { problem }, { cause: error });
  }
  switch (failure.statusCode) {
    case 413:
      return new LobarError(
        'limit-exceeded',
        { limit: 'requestBytes', value: request.routeOptions.bodyLimit ?? 0, unit: 'bytes' },
        { cause: error },
      );
    case 415:
      return new LobarError(
        'media-type-unsupported',
        { problem: 'its Content-Type is not one of the documented ones' },
        { cause: error },
      );
    case 400:
      return new LobarError(
        'request-invalid',
        { problem: 'the body is not the JSON that its Content-Type says' },
        { cause: error },
      );
    default:
      return new LobarError('internal', {}, { cause: error });
  }
}

function describeValidation(
  {
    instancePath,
    message = 'is invalid',
    params,
  }: { instancePath: string; message?: string; params: object },
  context = 'request',
): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const extra = 'additionalProperty' in params ? ` ('${String(params.additionalProperty)}')` : '';
  const allowed = 'allowedValues' in params ? ` (${String(params.allowedValues)})` : '';
  return `${path === '' ? context : `${context}.${path}`} ${message}${extra}${allowed}`;
}
