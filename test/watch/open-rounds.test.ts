/** Looks at an embedded PACS in which studies arrive, by a clock that stands still unless it is turned. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { openWatchedPacs } from './watched-pacs.ts';

describe('A watch that looks at a PACS', () => {
  it('enqueues a study once its images have stayed the same, and not again', async (t) => {
    const pacs = await openWatchedPacs(t);
    await pacs.store({ study: '1.1' });
    assert.deepEqual([...(await pacs.look()).waiting], ['1.1']);
    pacs.later(4);
    await pacs.look();
    assert.deepEqual(pacs.enqueued, []);
    pacs.later(1);
    const { decisions, waiting, listed } = await pacs.look();
    assert.deepEqual(
      [decisions, waiting.size, listed],
      [{ enqueued: 1, known: 0, filtered: 0, failed: 0 }, 0, 1],
    );
    for (let look = 0; look < 5; look += 1) {
      pacs.later(10);
      await pacs.look();
    }
    assert.deepEqual(pacs.enqueued, ['1.1']);
    assert.deepEqual(pacs.decided, ['enqueued']);
  });

  it('waits anew with every image that arrives, and changes nothing where one comes too late', async (t) => {
    const pacs = await openWatchedPacs(t);
    await pacs.store({ study: '1.1', image: 1 });
    for (let image = 2; image <= 4; image += 1) {
      await pacs.look();
      pacs.later(4);
      await pacs.store({ study: '1.1', image });
    }
    assert.deepEqual(pacs.enqueued, []);
    await pacs.look();
    pacs.later(5);
    await pacs.look();
    assert.deepEqual(pacs.enqueued, ['1.1']);
    await pacs.store({ study: '1.1', image: 5 });
    await pacs.look();
    pacs.later(10);
    await pacs.look();
    assert.deepEqual(pacs.decided, ['enqueued']);
  });

  it('begins to wait anew after a restart, and then finds what it enqueued before known', async (t) => {
    const pacs = await openWatchedPacs(t);
    await pacs.store({ study: '1.1' });
    await pacs.look();
    pacs.later(5);
    pacs.restart();
    assert.equal((await pacs.look()).waiting.size, 1);
    pacs.later(5);
    await pacs.look();
    pacs.restart();
    await pacs.look();
    pacs.later(5);
    await pacs.look();
    assert.deepEqual(pacs.decided, ['enqueued', 'known']);
    assert.deepEqual(pacs.enqueued, ['1.1']);
  });

  it('tells a study that is filtered from one that failed, and judges it again when it changes', async (t) => {
    const pacs = await openWatchedPacs(t, { stableMinutes: 0 });
    await pacs.store({ study: '1.1', description: 'CT HEAD', series: 'Axial' });
    await pacs.store({ study: '1.2', description: 'Routine', series: 'Thorax axial' });
    await pacs.store({ study: '1.3', modality: 'MR' });
    assert.deepEqual((await pacs.look()).decisions, { enqueued: 1, known: 0, filtered: 1, failed: 0 });
    await pacs.look();
    assert.deepEqual(pacs.decided.sort(), ['enqueued', 'filtered']);
    assert.deepEqual(pacs.enqueued, ['1.2']);
    await pacs.store({ study: '1.1', description: 'CT HEAD', series: 'Chest too' });
    await pacs.look();
    assert.deepEqual(pacs.enqueued, ['1.2', '1.1']);
  });

  it('does nothing while the PACS is down, and goes on when it is back', async (t) => {
    const pacs = await openWatchedPacs(t, { stableMinutes: 5 });
    await pacs.store({ study: '1.1' });
    await pacs.look();
    await pacs.stop();
    pacs.later(3);
    await assert.rejects(pacs.look(), { code: 'pacs-unreachable' });
    await assert.rejects(pacs.look(), { code: 'pacs-unreachable' });
    await pacs.start();
    pacs.later(3);
    await pacs.look();
    assert.deepEqual(pacs.enqueued, ['1.1']);
    assert.deepEqual(pacs.decided, ['enqueued']);
  });

  it('tries again what could not be enqueued while the queue was down', async (t) => {
    const pacs = await openWatchedPacs(t, { stableMinutes: 0 });
    const { enqueue } = pacs;
    for (const study of ['1.1', '1.2', '1.3', '1.4', '1.5']) await pacs.store({ study });
    pacs.enqueue = async () => {
      throw new LobarError('queue-unavailable', { problem: 'the test says so' });
    };
    const { decisions, error } = await pacs.look();
    // Three in a row, and the rest is left to the next look.
    assert.deepEqual([decisions.failed, error?.code], [3, 'queue-unavailable']);
    pacs.enqueue = enqueue;
    assert.equal((await pacs.look()).decisions.enqueued, 5);
    assert.equal((await pacs.look()).decisions.enqueued, 0);
    assert.deepEqual(pacs.enqueued.toSorted(), ['1.1', '1.2', '1.3', '1.4', '1.5']);
  });

  it('enqueues once more what a queue has lost that was away, and finds known what it has not', async (t) => {
    const pacs = await openWatchedPacs(t);
    await pacs.store({ study: '1.1' }, { study: '1.2', description: 'CT HEAD', series: 'Axial' });
    await pacs.look();
    pacs.later(5);
    await pacs.look();
    pacs.loseQueue({ withDisks: false });
    await pacs.look();
    assert.deepEqual([pacs.enqueued, pacs.decided.toSorted()], [['1.1'], ['enqueued', 'filtered', 'known']]);
    pacs.loseQueue({ withDisks: true });
    // Nobody waits for stableMinutes again.
    await pacs.look();
    await pacs.look();
    assert.deepEqual(pacs.enqueued, ['1.1', '1.1']);
    assert.deepEqual(pacs.decided.toSorted(), ['enqueued', 'enqueued', 'filtered', 'known']);
  });

  it('is not held up by studies that fail every time', async (t) => {
    const pacs = await openWatchedPacs(t, { stableMinutes: 0 });
    const { enqueue } = pacs;
    const broken = new Set(['1.1', '1.2', '1.3']);
    for (const study of [...broken, '1.4']) await pacs.store({ study });
    pacs.enqueue = async (study) => {
      if (broken.has(study))
        throw new LobarError('service-refused', { status: 404, code: 'study-not-found' });
      return await enqueue(study);
    };
    await pacs.look();
    await pacs.look();
    assert.deepEqual(pacs.enqueued, ['1.4']);
  });

  it('leaves what is too old', async (t) => {
    const pacs = await openWatchedPacs(t, { stableMinutes: 0, receivedWithinHours: 1 });
    await pacs.store({ study: '1.1', time: '105900' }, { study: '1.2', time: '110100' });
    assert.deepEqual((await pacs.look()).decisions, { enqueued: 1, known: 0, filtered: 1, failed: 0 });
    assert.deepEqual(pacs.enqueued, ['1.2']);
  });
});
