import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { AnalysisSchema } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import { checkConfig } from '../../src/config.ts';
import { type ErrorCode, errorTable } from '../../src/errors.ts';
import { describeApi } from '../../src/http/describe-api.ts';

interface Response {
  readonly headers: Readonly<Record<string, object>>;
  readonly content: Readonly<Record<string, { readonly examples?: Record<string, { $ref: string }> }>>;
}
interface Document {
  readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, object> }>>;
  readonly components: Record<string, Record<string, object>>;
}

const file = new URL('../../openapi/openapi.json', import.meta.url);

describe('the OpenAPI document', async () => {
  const document = JSON.parse(await readFile(file, 'utf8')) as Document;
  const resolved = <Target>(one: object): Target => {
    if (!('$ref' in one)) return one as Target;
    const [kind = '', name = ''] = String(one.$ref).split('/').slice(-2);
    return document.components[kind]?.[name] as Target;
  };
  const errorsOf = (path: (path: string) => boolean) =>
    Object.entries(document.paths)
      .filter(([one]) => path(one))
      .flatMap(([, methods]) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .map(([status, response]) => ({ status: Number(status), ...resolved<Response>(response) }))
      // Readiness answers 503 in its own form.
      .filter(({ status, content }) => status >= 400 && content['application/json'] === undefined);

  it('that is checked in is the one that the routes write (npm run openapi)', async () => {
    assert.deepEqual(document, JSON.parse(JSON.stringify(await describeApi(checkConfig({})))));
  });

  it('shows for each error, of each code that comes with its status, what the answer would hold', () => {
    const errors = errorsOf(() => true);
    assert.ok(errors.length > 60);
    for (const { status, content } of errors) {
      for (const [type, { examples = {} }] of Object.entries(content)) {
        assert.ok(Object.keys(examples).length > 0, `${status} ${type}`);
        for (const [code, reference] of Object.entries(examples)) {
          const { value } = resolved<{ value: object }>(reference);
          assert.equal(errorTable[code as ErrorCode].status, status, code);
          const shown =
            type === 'application/fhir+json' ? codeOfOutcome(value) : codeOfProblem(value, status);
          assert.equal(shown, code);
        }
      }
    }
  });

  it('answers FHIR alone below /fhir, and by Accept both elsewhere', () => {
    for (const { content } of errorsOf((path) => path.startsWith('/fhir/'))) {
      assert.deepEqual(Object.keys(content), ['application/fhir+json']);
    }
    for (const { content } of errorsOf((path) => !path.startsWith('/fhir/'))) {
      assert.deepEqual(Object.keys(content), ['application/problem+json', 'application/fhir+json']);
    }
  });

  it('names the headers that come with a status', () => {
    const special: Record<number, string> = { 405: 'allow', 429: 'retry-after', 503: 'retry-after' };
    const challenge = 'www-authenticate';
    const ofProtected: typeof special = { ...special, 400: challenge, 401: challenge, 403: challenge };
    const isProtected = (path: string) => path.startsWith('/v1/') || path.startsWith('/fhir/$');
    for (const [errors, headersOf] of [
      [errorsOf(isProtected), ofProtected],
      [errorsOf((path) => !isProtected(path)), special],
    ] as const) {
      assert.ok(errors.some(({ status }) => status === 400));
      for (const { status, headers } of errors) {
        const more = headersOf[status];
        assert.deepEqual(Object.keys(headers), ['x-request-id', ...(more === undefined ? [] : [more])]);
      }
    }
  });

  it('tells of an analysis every code that the table has for it', () => {
    const codes = errorsOf((path) => path === '/v1/analyses' || path.startsWith('/fhir/$')).flatMap(
      ({ content }) => Object.keys(content['application/fhir+json']?.examples ?? {}),
    );
    // Those are of a start, of the command line, of a caller who is gone, or of the other operations.
    const missing = Object.keys(errorTable).filter((code) => !codes.includes(code));
    assert.deepEqual(missing, [
      'route-not-found',
      'page-not-built',
      'cancelled',
      'analysis-not-found',
      'process-lost',
      'message-unreadable',
      'model-manifest-invalid',
      'model-checksum-mismatch',
      'model-missing',
      'model-load-failed',
      'provider-unavailable',
      'cohort-invalid',
      'mask-invalid',
      'mask-grid-mismatch',
      'service-unreachable',
      'service-unavailable',
      'service-refused',
      'service-broke-off',
      'service-answer-invalid',
      'address-unavailable',
      'usage-invalid',
    ]);
  });

  it('names every operation, each once', () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => /^[a-z][A-Za-z]+$/.test(id)));
  });

  it('shows an Analysis that its own schema allows', () => {
    const ajv = new Ajv({ strict: false });
    assert.ok(ajv.validate(AnalysisSchema, analysisExample), ajv.errorsText());
  });
});

function codeOfOutcome(value: object): string | undefined {
  const { resourceType, issue } = value as fhir4.OperationOutcome;
  assert.equal(resourceType, 'OperationOutcome');
  return issue[0]?.details?.text;
}

function codeOfProblem(value: object, status: number): string {
  const problem = value as { code: string; status: number; type: string };
  assert.equal(problem.status, status);
  assert.equal(problem.type, `urn:lobar:error:${problem.code}`);
  return problem.code;
}
