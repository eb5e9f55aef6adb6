import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beaten, inTurn } from '../../src/queue/change-job.ts';

describe('a change that others may be faster with', () => {
  it('is tried again', async () => {
    let tried = 0;
    const done = await inTurn(async () => {
      tried += 1;
      return tried < 4 ? beaten : tried;
    });
    assert.equal(done, 4);
  });

  it('is not tried for ever', async () => {
    let tried = 0;
    const step = async () => {
      tried += 1;
      return beaten;
    };
    await assert.rejects(inTurn(step), { code: 'queue-unavailable' });
    assert.ok(tried > 5 && tried < 100, String(tried));
  });
});
