import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { unopenedContext } from '../../src/http/unopened-context.ts';
import { createLogger } from '../../src/telemetry/log.ts';

describe('an answer', () => {
  it('is taken for no other type than it says, and kept by no cache where it is about patients or a failure', async () => {
    const app = await buildApp(unopenedContext(checkConfig({})), createLogger('silent'), '0.0.0');
    const headersOf = async (method: 'GET' | 'POST', url: string) => {
      const { statusCode, headers } = await app.inject({ method, url });
      return [statusCode, headers['x-content-type-options'], headers['cache-control']];
    };
    assert.deepEqual(await headersOf('GET', '/v1/models'), [200, 'nosniff', 'no-store']);
    assert.deepEqual(await headersOf('GET', '/v1/nothing'), [404, 'nosniff', 'no-store']);
    assert.deepEqual(await headersOf('POST', '/v1/analyses'), [400, 'nosniff', 'no-store']);
    assert.deepEqual(await headersOf('GET', '/nothing'), [404, 'nosniff', 'no-store']);
    assert.deepEqual(await headersOf('GET', '/openapi.json'), [200, 'nosniff', undefined]);
    await app.close();
  });
});
