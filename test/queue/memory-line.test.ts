import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MemoryLine } from '../../src/queue/memory/memory-line.ts';

describe('a line in memory', () => {
  const ever = new AbortController().signal;
  const opened = (length: number) => new MemoryLine<string>(length, 60_000);

  it('is as long as it may be, with what is not to be taken yet', async () => {
    const line = opened(2);
    await line.push('a', 'a');
    const first = await line.take(ever);
    // In hand: it does not wait.
    assert.equal(line.waiting, 0);
    await first?.again(60_000);
    assert.equal(line.waiting, 1);
    await line.push('b', 'b');
    assert.equal(line.waiting, 2);
    await assert.rejects(line.push('c', 'c'), { code: 'at-capacity' });
    line.close();
  });

  it('has at its front what was given back at once', async () => {
    const line = opened(9);
    for (const id of ['a', 'b', 'c']) await line.push(id, id);
    const first = await line.take(ever);
    await first?.again(0);
    const order = [];
    for (let taken = 0; taken < 3; taken += 1) order.push((await line.take(ever))?.id);
    assert.deepEqual(order, ['a', 'b', 'c']);
    line.close();
  });
});
