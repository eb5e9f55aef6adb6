import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BoundedTasks } from '../../src/dicom/bounded-tasks.ts';
import { interruptible } from '../../src/dicom/interruptible.ts';

const never = () => new Promise<never>(() => {});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('what can be interrupted', () => {
  it('keeps no item alive that was passed on', async () => {
    const passed: WeakRef<object>[] = [];
    async function* source() {
      for (let i = 0; i < 50; i += 1) yield { i };
    }
    let alive: number | undefined;
    for await (const item of interruptible(source(), never())) {
      passed.push(new WeakRef(item));
      // A WeakRef holds its target until the turn of the event loop ends.
      await setImmediate();
      if (passed.length < 50) continue;
      collectGarbage();
      alive = passed.filter((ref) => ref.deref() !== undefined).length;
    }
    assert.ok(alive !== undefined && alive <= 2, `${alive} items are alive`);
  });

  it('ends with the reason, in the middle of waiting, and closes its source', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    let closed = false;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: never,
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const asked = interruptible(source, promise).next();
    reject(new Error('enough'));
    await assert.rejects(asked, /enough/);
    assert.ok(closed);
  });

  it('asks for nothing more where it was stopped between two items', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    let asked = 0;
    async function* source() {
      for (;;) {
        asked += 1;
        yield asked;
      }
    }
    await assert.rejects(async () => {
      for await (const item of interruptible(source(), promise)) {
        if (item === 2) reject(new Error('enough'));
        await setImmediate();
      }
    }, /enough/);
    assert.equal(asked, 2);
  });

  it('passes on the error of its source', async () => {
    const broken: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }),
    };
    await assert.rejects(interruptible(broken, never()).next(), /broken/);
  });
});

describe('bounded tasks', () => {
  it('run no more at a time than the limit', async () => {
    const tasks = new BoundedTasks(3);
    let [running, most] = [0, 0];
    for (let i = 0; i < 20; i += 1) {
      await tasks.start(async () => {
        running += 1;
        most = Math.max(most, running);
        await setImmediate();
        running -= 1;
      });
    }
    await tasks.finish();
    assert.deepEqual([running, most], [0, 3]);
  });

  it('say what the first failure was, to whoever waits for room, for the failure or for the end', async () => {
    const tasks = new BoundedTasks(2);
    await tasks.start(never);
    const waiting = tasks.start(() => Promise.reject(new Error('first')));
    await assert.rejects(waiting, /first/);
    await assert.rejects(tasks.failure, /first/);
    await assert.rejects(
      tasks.start(() => Promise.reject(new Error('second'))),
      /first/,
    );
    const ended = new BoundedTasks(5);
    await ended.start(() => Promise.reject(new Error('only')));
    await assert.rejects(ended.finish(), /only/);
  });
});
