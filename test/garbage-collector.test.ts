import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { garbageCollector } from '../src/garbage-collector.ts';

describe('a garbage collector', () => {
  it('lets go at once of what nobody holds, and of nothing else', async () => {
    const collectGarbage = garbageCollector();
    const held = new Uint8Array(1000);
    const refs = [new WeakRef(held), new WeakRef(new Uint8Array(1000))];
    // A weak reference holds its target until its turn is over (ECMA-262, AddToKeptObjects).
    await setImmediate();
    collectGarbage();
    assert.deepEqual(
      refs.map((ref) => ref.deref()?.length),
      [held.length, undefined],
    );
  });
});
