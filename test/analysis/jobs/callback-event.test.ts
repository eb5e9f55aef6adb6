import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callbackEvent } from '../../../src/analysis/jobs/callback-event.ts';
import { callId } from '../../../src/queue/run-delivery.ts';

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
    // Its message in the line is another one then.
    const end = (message: string) =>
      callbackEvent(callId({ id, message }), { callback: 'ris', job: { id, state: 'finished', ended } });
    assert.notEqual(end('1').id, end('2').id);
    assert.equal(end('1').id, end('1').id);
    assert.equal(end('1').data['id'], end('2').data['id']);
  });
});
