import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { MemoryBudget } from '../../src/analysis/memory-budget.ts';
import { memoryNeed } from '../../src/analysis/memory-need.ts';
import { memoryCap, memoryForAnalyses } from '../../src/analysis/process-memory.ts';

const own = (bytes: number) => ({ own: bytes, shared: 0 });
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
    await a.grow(own(60), never);
    const large = b.grow(own(50), never);
    // There is room for it, but the large one came first.
    const small = c.grow(own(10), never);
    assert.deepEqual(await settled({ large, small }), []);
    assert.equal(budget.reserved, 60);
    a.release();
    assert.deepEqual(await settled({ large, small }), ['large', 'small']);
    assert.equal(budget.reserved, 60);
  });

  it('counts what is there already, also where there is no room for it, until it is gone', async () => {
    const budget = open();
    const [a, b] = [budget.open(), budget.open()];
    await a.grow(own(60), never);
    const gone = budget.hold(50);
    assert.equal(budget.reserved, 110);
    const next = b.grow(own(40), never);
    a.release();
    await next;
    const last = b.grow(own(40), never);
    // Who holds it waits for nothing: it will make room.
    assert.deepEqual(await settled({ last }), []);
    gone();
    await last;
    assert.equal(budget.reserved, 80);
  });

  it('counts what is taken in the one inference worker once, for the largest', async () => {
    const budget = open();
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    await a.grow({ own: 10, shared: 40 }, never);
    await b.grow({ own: 10, shared: 60 }, never);
    assert.equal(budget.reserved, 10 + 10 + 60);
    const next = c.grow({ own: 21, shared: 5 }, never);
    assert.deepEqual(await settled({ next }), []);
    b.release();
    await next;
    assert.equal(budget.reserved, 10 + 21 + 40);
  });

  it('refuses at once what will never fit', async () => {
    const budget = open();
    const one = budget.open();
    await one.grow(own(50), never);
    await assert.rejects(one.grow(own(51), never), /too large/);
    assert.equal(budget.reserved, 50);
  });

  it('lets the next one have its turn when one that waits gives up', async () => {
    const budget = open();
    const [a, b, c] = [budget.open(), budget.open(), budget.open()];
    await a.grow(own(60), never);
    const hangUp = new AbortController();
    const large = b.grow(own(50), hangUp.signal);
    const small = c.grow(own(10), never);
    hangUp.abort();
    await assert.rejects(large, { code: 'cancelled' });
    await small;
  });

  it('lets one that holds memory go past the first, where nobody else could ever make room', async () => {
    const budget = open();
    const [a, b] = [budget.open(), budget.open()];
    await a.grow(own(60), never);
    const first = b.grow(own(50), never);
    await a.grow(own(10), never);
    assert.deepEqual(await settled({ first }), []);
    a.release();
    await first;
  });

  it('turns the last one away where all that hold memory wait for more', async () => {
    const budget = open();
    const [a, b] = [budget.open(), budget.open()];
    await Promise.all([a.grow(own(50), never), b.grow(own(50), never)]);
    const first = a.grow(own(40), never);
    const last = b.grow(own(40), never);
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

  it('follows from its listing: 4 bytes a voxel, and 5 in the inference worker', () => {
    const slices = named(100, 's') as unknown as Parameters<typeof memoryNeed>[0]['slices'];
    const voxels = 100 * 512 * 512;
    const single = memoryNeed({ header, listed: named(100, 'i'), slices });
    assert.deepEqual(single, {
      own: 32 * 2 ** 20 + 4 * voxels + 4 * 512 * 512,
      // 128 MiB, and 32 MiB of answers that are kept.
      shared: 160 * 2 ** 20 + 5 * voxels,
    });
    // All in one object, whose bytes are there at once.
    const multi = memoryNeed({ header, listed: named(1, 'i'), slices });
    assert.equal(multi.own - single.own, 4 * 99 * 512 * 512);
  });

  it('is more where a report is made of it, by what is in that', () => {
    const slices = named(100, 's') as unknown as Parameters<typeof memoryNeed>[0]['slices'];
    const voxels = 100 * 512 * 512;
    const choice = { header, listed: named(100, 'i'), slices };
    const without = memoryNeed(choice);
    const own = (wanted: Parameters<typeof memoryNeed>[1]) => memoryNeed(choice, wanted).own - without.own;
    // Pictures are begun with 2,000,000 blocks of 2 + 3 * 1 + 2 * 4 bytes, and 5 * 2,000,000 / 8 numbers of 4: 31 MB.
    const draft = 32 * 2 ** 20;
    assert.ok(draft >= 2_000_000 * 13 + (5 * 2_000_000 * 4) / 8);
    // The masks, a byte a voxel each, are there until they are drawn.
    assert.equal(own({ kinds: ['pdf'], objects: [] }), 2 * voxels + draft);
    assert.equal(own({ kinds: ['pdf', 'volumes'], objects: [] }), 3 * voxels + draft);
    assert.equal(own({ kinds: ['volumes'], objects: [] }), 3 * voxels);
    assert.equal(own({ kinds: ['dicom'], objects: ['seg'] }), 3 * voxels);
    assert.equal(own({ kinds: ['dicom'], objects: ['sr', 'pictures'] }), 2 * voxels + draft);
    const sharedPerVoxel = (kinds: NonNullable<Parameters<typeof memoryNeed>[1]>['kinds']) => {
      const fixed = 64 * 2 ** 20;
      return (memoryNeed(choice, { kinds, objects: [] }).shared - without.shared - fixed) / voxels;
    };
    // 300 slices: 76 to 109 MiB while a PDF is drawn, 214 to 232 MiB with volumes, beside volume, masks and thread.
    assert.equal(sharedPerVoxel(['pdf']), 1);
    assert.equal(sharedPerVoxel(['pdf', 'volumes']), 3);
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
