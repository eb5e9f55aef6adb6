import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { AnalysisSchema } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import { checkConfig } from '../../src/config.ts';
import { describeApi } from '../../src/http/describe-api.ts';

const file = new URL('../../openapi/openapi.json', import.meta.url);

describe('the OpenAPI document', () => {
  it('that is checked in is the one that the routes write (npm run openapi)', async () => {
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), await describeApi(checkConfig({})));
  });

  it('shows an Analysis that its own schema allows', () => {
    const ajv = new Ajv({ strict: false });
    assert.ok(ajv.validate(AnalysisSchema, analysisExample), ajv.errorsText());
  });
});
