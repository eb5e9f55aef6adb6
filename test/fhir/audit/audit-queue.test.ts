import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { auditEvent } from '../../../src/fhir/audit/audit-event.ts';
import { AuditQueue } from '../../../src/fhir/audit/audit-queue.ts';
import type { PendingEvent } from '../../../src/fhir/audit/store-event.ts';
import { keptLog, observer, studyRead } from './audit-fixture.ts';

const pending: PendingEvent = {
  event: auditEvent(studyRead, { observer, at: new Date(0), claimProfile: false }),
  requestId: studyRead.requestId,
  personal: [],
};

describe('Closing a queue of audit events', () => {
  it('waits no longer than it is given for a repository that hangs', async () => {
    const log = keptLog();
    const hangs = (_pending: PendingEvent, stopped: AbortSignal) =>
      new Promise<{ error: LobarError; problem: string; refused: boolean }>((resolve) => {
        const error = new LobarError('cancelled', {});
        stopped.addEventListener('abort', () => resolve({ error, problem: 'It hangs.', refused: false }));
      });
    const queue = new AuditQueue({ store: hangs, length: 10, pauseMs: 3_600_000, logger: log.logger });
    queue.add(pending);
    queue.add(pending);
    assert.equal(queue.waiting, 2);
    await queue.close(20);
    assert.equal(log.lines.at(-1)?.['lost'], 2);
    assert.deepEqual([queue.waiting, queue.dropped], [0, 2]);
  });

  it('breaks off the pause after a failure, and tries once more', async () => {
    const log = keptLog();
    let isUp = false;
    const stored: PendingEvent[] = [];
    const error = new LobarError('ehr-unreachable', { ehr: 'audit', problem: 'connection refused' });
    const queue = new AuditQueue({
      store: async (one) => {
        if (!isUp) return { error, problem: 'It cannot be reached.', refused: false };
        stored.push(one);
        return undefined;
      },
      length: 10,
      pauseMs: 3_600_000,
      logger: log.logger,
    });
    queue.add(pending);
    await new Promise(setImmediate);
    assert.deepEqual([stored.length, queue.waiting], [0, 1]);
    isUp = true;
    await queue.close(1000);
    assert.deepEqual([stored.length, queue.waiting, queue.dropped], [1, 0, 0]);
  });
});
