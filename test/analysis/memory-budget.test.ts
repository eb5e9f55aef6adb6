import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryBudget } from '../../src/analysis/memory-budget.ts';
import { memoryNeed } from '../../src/analysis/memory-need.ts';
import { memoryCap, memoryForAnalyses } from '../../src/analysis/process-memory.ts';

const never = new AbortController().signal;
const open = () =>
  new MemoryBudget(100, { tooLarge: () => new Error('too large'), stuck: () => new Error('stuck') });

/** Names of the promises that are settled by now. */
async function settled(promises: Readonly<Record<string, Promise<unknown>>>): Promise<string[]> {
  const done: string[] = [];
  for (const [name, promise] of Object.entries(promises)) {
    const note = () => void done.push(name);
    promise.then(note, note);
  }
  await turn();
  return done.toSorted();
}

describe('the memory that analyses share', () => {
  it('is given while there is some, then in the order in which it was asked for', async () => {
    const budget = open();
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    await a.grow(60, never);
    const large = b.grow(50, never);
    // There is room for it, but the large one came first.
    const small = c.grow(10, never);
    assert.deepEqual(await settled({ large, small }), []);
    assert.equal(budget.reserved, 60);
    a.release();
    assert.deepEqual(await settled({ large, small }), ['large', 'small']);
    assert.equal(budget.reserved, 60);
  });

  it('refuses at once what will never fit', async () => {
    const budget = open();
    const one = budget.open();
    await one.grow(50, never);
    await assert.rejects(one.grow(51, never), /too large/);
    assert.equal(budget.reserved, 50);
  });

  it('lets the next one have its turn when one that waits gives up', async () => {
    const budget = open();
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    await a.grow(60, never);
    const hangUp = new AbortController();
    const large = b.grow(50, hangUp.signal);
    const small = c.grow(10, never);
    hangUp.abort();
    await assert.rejects(large, { code: 'cancelled' });
    await small;
  });

  it('turns the last one away where all that hold memory wait for more', async () => {
    const budget = open();
    const [a, b] = [budget.open(), budget.open()];
    await Promise.all([a.grow(50, never), b.grow(50, never)]);
    const first = a.grow(40, never);
    const last = b.grow(40, never);
    await assert.rejects(last, /stuck/);
    assert.deepEqual(await settled({ first }), []);
    b.release();
    await first;
    assert.equal(budget.reserved, 90);
  });
});

describe('the memory that an analysis needs', () => {
  const header = { rows: 512, columns: 512 } as Parameters<typeof memoryNeed>[0]['header'];
  const named = (count: number, name: string) =>
    new Set(Array.from({ length: count }, (_, index) => `${name}${index}`));

  it('is about seven bytes a voxel, as its listing tells', () => {
    const slices = named(100, 's') as unknown as Parameters<typeof memoryNeed>[0]['slices'];
    const single = memoryNeed({ header, listed: named(100, 'i'), slices });
    assert.equal(single, 96 * 2 ** 20 + 7 * 100 * 512 * 512 + 4 * 512 * 512);
    // All in one object, whose bytes are there at once.
    const multi = memoryNeed({ header, listed: named(1, 'i'), slices });
    assert.equal(multi - single, 4 * 99 * 512 * 512);
  });
});

describe('the memory of the process', () => {
  it('is what the configuration says, else a share of the machine', () => {
    assert.equal(memoryCap({ memoryBytes: 5_000_000 }), 5_000_000);
    const found = memoryCap({ memoryBytes: 0 });
    assert.ok(Number.isSafeInteger(found) && found > 2 ** 28 && found < 2 ** 50, String(found));
  });

  it('must leave something beside what the process takes at rest', () => {
    assert.equal(memoryForAnalyses(1000, 400), 600);
    assert.throws(() => memoryForAnalyses(400, 400), { code: 'config-invalid' });
  });
});
