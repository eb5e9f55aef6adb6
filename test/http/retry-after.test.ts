import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import accepts from '@fastify/accepts';
import fastify from 'fastify';
import { LobarError } from '../../src/errors.ts';
import { problems } from '../../src/http/plugins/problems.ts';

async function answerTo(error: LobarError, accept: string) {
  const app = fastify();
  await app.register(accepts);
  await app.register(problems);
  app.get('/', async () => {
    throw error;
  });
  return await app.inject({ url: '/', headers: { accept } });
}

describe('Retry-After', () => {
  for (const accept of ['application/json', 'application/fhir+json']) {
    it(`is what the PACS asked for when it is busy, for ${accept}`, async () => {
      const seconds = 120;
      const busy = new LobarError(
        'pacs-busy',
        { pacs: 'a', seconds },
        { details: { retryAfterSeconds: seconds } },
      );
      const { statusCode, headers } = await answerTo(busy, accept);
      assert.deepEqual([statusCode, headers['retry-after']], [503, '120']);
    });
  }

  it('is a few seconds when this process is full, and absent from what will not pass', async () => {
    const full = await answerTo(new LobarError('at-capacity', { what: 'place' }), 'application/json');
    assert.match(String(full.headers['retry-after']), /^\d$/);
    const other = await answerTo(new LobarError('no-images', { where: 'x' }), 'application/json');
    assert.equal(other.headers['retry-after'], undefined);
  });
});
