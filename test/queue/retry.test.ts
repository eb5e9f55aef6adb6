import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError, toPlainError } from '../../src/errors.ts';
import { isAskersMistake, isOthers, isPutBack, mayPass, retryDelayMs } from '../../src/queue/retry.ts';

describe('what is done again', () => {
  it('is what may pass: a PACS or EHR that fails, a process that was lost, a limit of time', () => {
    for (const code of [
      'pacs-unreachable',
      'pacs-busy',
      'ehr-timeout',
      'ehr-suspended',
      'deadline-exceeded',
      'inference-failed',
      'report-failed',
      'internal',
    ] as const) {
      assert.equal(mayPass({ code }), true, code);
    }
  });

  it('is nothing that would be the same again', () => {
    for (const code of [
      'study-not-found',
      'patient-not-found',
      'geometry-inconsistent',
      'report-finalised',
      'ehr-rejected',
      'write-mode-unavailable',
      'identity-mismatch',
    ] as const) {
      assert.equal(mayPass({ code }), false, code);
    }
  });

  it('is put back without being counted where this process has no room or ends', () => {
    assert.equal(isPutBack({ code: 'shutting-down' }), true);
    assert.equal(isPutBack({ code: 'at-capacity' }), true);
    assert.equal(isPutBack({ code: 'pacs-busy' }), false);
  });

  it('waits twice as long each time, ten minutes at most, the last quarter by chance', () => {
    const error = toPlainError(new LobarError('internal', {}));
    const delays = (random: number) =>
      [1, 2, 3, 7, 8].map((attempt) => retryDelayMs(error, { attempt, firstMs: 10_000, random }));
    assert.deepEqual(delays(1), [10_000, 20_000, 40_000, 600_000, 600_000]);
    assert.deepEqual(delays(0), [7500, 15_000, 30_000, 450_000, 450_000]);
  });

  it('is also what this process is not configured for: another one may be', () => {
    for (const code of ['endpoint-unknown', 'publish-not-configured', 'config-invalid'] as const) {
      assert.deepEqual(
        [mayPass({ code }), isOthers({ code }), isAskersMistake({ code })],
        [true, true, false],
      );
    }
  });

  it('counts what fails in Lobar itself, and not what others fail at', () => {
    for (const code of [
      'internal',
      'inference-failed',
      'report-failed',
      'deadline-exceeded',
      'process-lost',
    ] as const)
      assert.equal(isOthers({ code }), false, code);
    for (const code of [
      'pacs-unreachable',
      'pacs-incomplete',
      'ehr-suspended',
      'ehr-token-unavailable',
      'audit-unavailable',
      'proxy-failed',
    ] as const)
      assert.equal(isOthers({ code }), true, code);
  });

  it('is no mistake of who asked where a server failed', () => {
    for (const code of ['study-not-found', 'patient-not-found', 'report-finalised'] as const)
      assert.equal(isAskersMistake({ code }), true, code);
    for (const code of ['ehr-rejected', 'write-mode-unavailable', 'process-lost'] as const)
      assert.equal(isAskersMistake({ code }), false, code);
  });

  it('waits not less than it was told to, not all to the same moment, and still twice as long each time', () => {
    const details = { retryAfterSeconds: 120 };
    const error = toPlainError(new LobarError('pacs-busy', { pacs: 'main', seconds: 120 }, { details }));
    const delay = (attempt: number, random: number) =>
      retryDelayMs(error, { attempt, firstMs: 10_000, random });
    assert.deepEqual([delay(1, 0), delay(1, 1)], [120_000, 150_000]);
    // 10 s doubled five times.
    assert.equal(delay(6, 1), 320_000);
  });

  it('waits an hour where it was told to wait a day', () => {
    const error = { details: { retryAfterSeconds: 86_400 } };
    assert.equal(retryDelayMs(error, { attempt: 1, firstMs: 10, random: 0 }), 3_600_000);
  });
});
