import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAhead } from '../src/read-ahead.ts';

/** Reads that end when they are told to, by item. */
const told = () => {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const end = (item: string) => {
    const one = ends.get(item) ?? Promise.withResolvers<string>();
    ends.set(item, one);
    return one;
  };
  const read = (item: string) => {
    begun.push(item);
    return end(item).promise;
  };
  return { begun, end, read };
};

describe('reading ahead', () => {
  it('gives in order what ends in another', async () => {
    const { end, read } = told();
    for (const item of ['c', 'b', 'a']) end(item).resolve(item.toUpperCase());
    const got: string[] = [];
    for await (const one of readAhead(['a', 'b', 'c'], 2, read)) got.push(one);
    assert.deepEqual(got, ['A', 'B', 'C']);
    assert.deepEqual(await readAhead([], 2, read).next(), { done: true, value: undefined });
  });

  it('has no more at hand than it says', async () => {
    const { begun, end, read } = told();
    const items = ['a', 'b', 'c', 'd', 'e'];
    for (const item of items) end(item).resolve(item);
    const reading = readAhead(items, 2, read);
    await reading.next();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    await reading.next();
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
  });

  it('throws in the turn of what failed, and leaves nothing unhandled where nobody waits for it', async () => {
    const { end, read } = told();
    end('b').reject(new Error('b is gone'));
    end('a').resolve('a');
    end('c').reject(new Error('c is gone'));
    const reading = readAhead(['a', 'b', 'c'], 2, read);
    assert.deepEqual(await reading.next(), { done: false, value: 'a' });
    await assert.rejects(reading.next(), /b is gone/);
    // An unhandled rejection would fail this test.
    for await (const _ of readAhead(['a', 'c'], 2, read)) break;
    await new Promise(setImmediate);
  });
});
