import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { idleCollector } from '../src/garbage-collector.ts';

const waitMs = 100;

/** Something that nobody holds. */
function forgotten(): WeakRef<Uint8Array> {
  return new WeakRef(new Uint8Array(1000));
}

describe('a collector of garbage', () => {
  it('lets go of what nobody holds, and of nothing else, when its thread has been idle for a while', async () => {
    const garbage = idleCollector(waitMs);
    const held = new Uint8Array(1000);
    const refs = [new WeakRef(held), forgotten()];
    garbage.busy();
    garbage.idle();
    await setTimeout(2 * waitMs);
    assert.deepEqual(
      refs.map((ref) => ref.deref()?.length),
      [held.length, undefined],
    );
  });

  it('waits for the end of what was begun meanwhile', async () => {
    const garbage = idleCollector(waitMs);
    const ref = forgotten();
    garbage.idle();
    garbage.busy();
    await setTimeout(2 * waitMs);
    assert.equal(ref.deref()?.length, 1000);
    garbage.idle();
    await setTimeout(2 * waitMs);
    assert.equal(ref.deref(), undefined);
  });

  it('does not wait where volumes are here yet', async () => {
    const garbage = idleCollector(60_000);
    const refs: WeakRef<object>[] = [];
    const left: number[] = [];
    for (let study = 0; study < 7; study++) {
      const volume = { data: new Int16Array(new SharedArrayBuffer(1000)) };
      refs.push(new WeakRef(volume));
      garbage.busy(volume);
      await setTimeout(1);
      garbage.idle();
      await setTimeout(10);
      left.push(refs.filter((ref) => ref.deref() !== undefined).length);
    }
    // The one at hand may still be held.
    assert.ok(Math.max(...left) <= 1, left.join());
  });
});
