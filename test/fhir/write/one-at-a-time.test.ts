import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { OneAtATime } from '../../../src/fhir/write/one-at-a-time.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
function work(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return {
    end: () => resolve(name),
    fail: (error: Error) => reject(error),
    run: async () => {
      log.push(`${name} begins`);
      try {
        return await promise;
      } finally {
        log.push(`${name} ends`);
      }
    },
  };
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('Work of one name', () => {
  it('is done one after another, work of another name meanwhile', async () => {
    const queue = new OneAtATime();
    const log: string[] = [];
    const [a, b, other] = [work(log, 'a'), work(log, 'b'), work(log, 'other')];
    const running = [
      queue.run('x', never, a.run),
      queue.run('x', never, b.run),
      queue.run('y', never, other.run),
    ];
    await turns();
    assert.deepEqual(log, ['a begins', 'other begins']);
    for (const one of [other, b, a]) one.end();
    assert.deepEqual(await Promise.all(running), ['a', 'b', 'other']);
    assert.deepEqual(log, ['a begins', 'other begins', 'other ends', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on after one that failed', async () => {
    const queue = new OneAtATime();
    const [a, b] = [work([], 'a'), work([], 'b')];
    const [failing, next] = [queue.run('x', never, a.run), queue.run('x', never, b.run)];
    a.fail(new Error('no'));
    b.end();
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'b');
  });

  it('is not overtaken where one gives up waiting', async () => {
    const queue = new OneAtATime();
    const log: string[] = [];
    const [a, b, c] = [work(log, 'a'), work(log, 'b'), work(log, 'c')];
    const impatient = new AbortController();
    const first = queue.run('x', never, a.run);
    const second = queue.run('x', impatient.signal, b.run);
    const third = queue.run('x', never, c.run);
    const reason = new LobarError('deadline-exceeded', { seconds: 1 });
    impatient.abort(reason);
    await assert.rejects(second, reason);
    await turns();
    assert.deepEqual(log, ['a begins']);
    a.end();
    c.end();
    await Promise.all([first, third]);
    assert.deepEqual(log, ['a begins', 'a ends', 'c begins', 'c ends']);
  });
});
