import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callbackEvent } from '../../../src/analysis/jobs/callback-event.ts';

const id = '6d1ae3d0-5c9b-5d1e-9f3c-6d2f0f6f2a11';
const ended = '2026-11-30T02:11:09.120Z';

describe('what a callback is told', () => {
  it('is the end of a job, by its id, and where to ask for the rest', () => {
    const event = callbackEvent('call', {
      callback: 'ris',
      job: { id, state: 'finished', ended },
      outcome: 'published',
    });
    assert.deepEqual(event, {
      id: 'call',
      type: 'analysis.finished',
      timestamp: ended,
      data: { id, state: 'finished', href: `/v1/analyses/${id}`, outcome: 'published' },
    });
  });

  it('is the code of the error of one that failed, and no word of it', () => {
    const { type, data } = callbackEvent('call', {
      callback: 'ris',
      job: { id, state: 'failed', ended },
      code: 'pacs-unreachable',
    });
    assert.equal(type, 'analysis.failed');
    assert.deepEqual(data, { id, state: 'failed', href: `/v1/analyses/${id}`, code: 'pacs-unreachable' });
  });

  it('is another message when a job that was given up is done once more and ends again', () => {
    // The queue gives each end a call of its own, with the number of its message in the line.
    const [first, second] = [`${id}-1`, `${id}-2`].map((call) =>
      callbackEvent(call, { callback: 'ris', job: { id, state: 'finished', ended } }),
    );
    assert.deepEqual([first?.id, second?.id], [`${id}-1`, `${id}-2`]);
    assert.equal(first?.data['id'], second?.data['id']);
  });
});
