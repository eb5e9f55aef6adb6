import { errorTable } from '../../errors.ts';
import { fhirJson } from '../negotiate.ts';
import { headersOfError } from './answer-headers.ts';
import type { AnsweredCode } from './answered-errors.ts';
import { outcomeExample } from './error-examples.ts';

/** How an operation tells its errors: by Accept as problem+json or OperationOutcome, or as the latter alone. */
export type ErrorFace = 'problem' | 'outcome';

interface Responses {
  /** By status. */
  readonly own: Readonly<Record<string, object>>;
  /** By name, for `components.responses`. */
  readonly shared: Readonly<Record<string, object>>;
}

/**
 * The error responses of an operation that may answer these codes: one a status, with an example a code. A
 * status with one code is the same wherever it occurs, so it is shared; but for 400, which has a header more where an
 * operation asks who is there.
 */
export function errorResponses(codes: readonly AnsweredCode[], face: ErrorFace): Responses {
  const isProtected = codes.includes('credentials-missing');
  const byStatus = Map.groupBy(codes, (code) => errorTable[code].status);
  const own: Record<string, object> = {};
  const shared: Record<string, object> = {};
  for (const [status, group] of byStatus) {
    const [only, ...others] = group;
    const response = errorResponse(status, group, face, isProtected);
    if (only === undefined || others.length > 0 || (isProtected && status === 400)) {
      own[status] = response;
    } else {
      const name = face === 'outcome' ? outcomeExample(only) : only;
      shared[name] = response;
      own[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return { own, shared };
}

function errorResponse(
  status: number,
  codes: readonly AnsweredCode[],
  face: ErrorFace,
  isProtected: boolean,
): object {
  const outcome = {
    schema: { $ref: '#/components/schemas/OperationOutcome' },
    examples: references(codes, outcomeExample),
  };
  return {
    description: describe(codes),
    headers: headersOfError(status, isProtected),
    content:
      face === 'outcome'
        ? { [fhirJson]: outcome }
        : { 'application/problem+json': problem(status, codes), [fhirJson]: outcome },
  };
}

function problem(status: number, codes: readonly AnsweredCode[]): object {
  return {
    schema: {
      allOf: [
        { $ref: '#/components/schemas/Problem' },
        {
          type: 'object',
          properties: { status: { const: status }, code: { type: 'string', enum: codes } },
        },
      ],
    },
    examples: references(codes, (code) => code),
  };
}

function references(codes: readonly AnsweredCode[], name: (code: AnsweredCode) => string): object {
  return Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${name(code)}` }]));
}

function describe(codes: readonly AnsweredCode[]): string {
  const lines = codes.map((code) => `\`${code}\`: ${errorTable[code].title}`);
  return lines.length === 1 ? lines.join() : `One of\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
