import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { AnalysisSchema } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import { checkConfig } from '../../src/config.ts';
import { type ErrorCode, errorTable } from '../../src/errors.ts';
import { describeApi } from '../../src/http/describe-api.ts';

interface Described {
  readonly content: Readonly<
    Record<string, { readonly schema: { readonly examples?: readonly fhir4.OperationOutcome[] } }>
  >;
}

const file = new URL('../../openapi/openapi.json', import.meta.url);

describe('the OpenAPI document', () => {
  it('that is checked in is the one that the routes write (npm run openapi)', async () => {
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), await describeApi(checkConfig({})));
  });

  it('shows for each error of the FHIR face an OperationOutcome of that status', async () => {
    const { paths } = JSON.parse(await readFile(file, 'utf8')) as {
      paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
    };
    const shown = Object.entries(paths)
      .filter(([path]) => path.startsWith('/fhir/'))
      .flatMap(([, methods]) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => Number(status) >= 400);
    assert.ok(shown.length > 20);
    for (const [status, { content }] of shown) {
      const outcome = content['application/fhir+json']?.schema.examples?.[0];
      assert.equal(outcome?.resourceType, 'OperationOutcome');
      const code = outcome.issue[0]?.details?.text ?? '';
      assert.ok(code in errorTable, code);
      assert.equal(errorTable[code as ErrorCode].status, Number(status), code);
    }
  });

  it('shows an Analysis that its own schema allows', () => {
    const ajv = new Ajv({ strict: false });
    assert.ok(ajv.validate(AnalysisSchema, analysisExample), ajv.errorsText());
  });
});
