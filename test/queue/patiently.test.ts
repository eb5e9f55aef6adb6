import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { patiently } from '../../src/queue/patiently.ts';

const away = () => new LobarError('queue-unavailable', { problem: 'away' });

describe('patience with a queue that cannot be reached', () => {
  const never = new AbortController().signal;
  const failing = (times: number, error: () => Error = away) => {
    let tried = 0;
    const step = async () => {
      tried += 1;
      if (tried <= times) throw error();
      return tried;
    };
    return { step, tried: () => tried };
  };

  it('goes on until it can be reached', async () => {
    const { step } = failing(5);
    assert.equal(await patiently(step, { limitMs: 60_000, pauseMs: 1, signal: never }), 6);
  });

  it('ends', async () => {
    const { step } = failing(Infinity);
    await assert.rejects(patiently(step, { limitMs: 20, pauseMs: 5, signal: never }), {
      code: 'queue-unavailable',
    });
  });

  it('tries once more when the process ends', async () => {
    const ending = new AbortController();
    const { step, tried } = failing(Infinity);
    const over = patiently(step, { limitMs: 60_000, pauseMs: 60_000, signal: ending.signal });
    ending.abort();
    await assert.rejects(over, { code: 'queue-unavailable' });
    assert.equal(tried(), 2);
  });

  it('is for nothing else', async () => {
    const { step, tried } = failing(1, () => new LobarError('at-capacity', { what: 'queue' }));
    await assert.rejects(patiently(step, { limitMs: 60_000, pauseMs: 1, signal: never }), {
      code: 'at-capacity',
    });
    assert.equal(tried(), 1);
  });
});
