/** What `compiledOnce` leaves out when the service starts: the check of the schemas themselves. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { checkConfig } from '../src/config.ts';
import { ConfigSchema } from '../src/config-schema.ts';
import { describeApi } from '../src/http/describe-api.ts';
import { ManifestSchema } from '../src/inference/manifest.ts';

/** Every schema of an OpenAPI 3.1 document, which are JSON Schemas (2020-12), with where it stands. */
function schemasOf(value: unknown, path = ''): (readonly [path: string, schema: object])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${path}/${key}`;
    if (key === 'schema' && !at.includes('/example')) return [[at, inner as object] as const];
    if (at === '/components/schemas') {
      return Object.entries(inner as Record<string, object>).map(
        ([name, one]) => [`${at}/${name}`, one] as const,
      );
    }
    return schemasOf(inner, at);
  });
}

it('the schemas of the configuration and of a manifest are right by their meta-schema', () => {
  const ajv = new Ajv();
  for (const schema of [ConfigSchema, ManifestSchema]) {
    assert.ok(ajv.validateSchema(schema) === true, ajv.errorsText());
  }
});

it('so are those of every route', async () => {
  const ajv = new Ajv2020();
  const schemas = schemasOf(JSON.parse(JSON.stringify(await describeApi(checkConfig({})))));
  assert.ok(schemas.length > 20, `${schemas.length} schemas`);
  for (const [path, schema] of schemas) {
    assert.ok(ajv.validateSchema(schema) === true, `${path}: ${ajv.errorsText()}`);
  }
});
