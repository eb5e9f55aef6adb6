import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorTable, fromPlainError, LobarError, stackFrames, toPlainError } from '../src/errors.ts';

describe('the table of errors', () => {
  it('has kebab-case codes, real statuses and known exit codes', () => {
    for (const [code, { status, exit, title }] of Object.entries(errorTable)) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(status >= 400 && status < 600, code);
      assert.ok([1, 2, 4, 5].includes(exit), code);
      assert.ok(title.length > 0 && !title.endsWith('.'), code);
    }
  });

  it('gives one sentence from its context', () => {
    const context = { pacs: 'main', limit: 'firstByte', phase: 'waiting', seconds: 30 };
    const error = new LobarError('pacs-timeout', context);
    assert.equal(
      error.message,
      "PACS 'main' took longer than 30 s (waiting), the limit pacs.main.timeouts.firstByte. Send the request again, or raise that limit.",
    );
    assert.equal(error.status, 504);
    assert.equal(error.exitCode, 5);
  });

  it('crosses a thread as plain data and comes back as itself', () => {
    const error = new LobarError('dicom-invalid', { problem: 'x' }, { details: { sopInstanceUid: '1.2' } });
    const back = fromPlainError(structuredClone(toPlainError(error)));
    assert.ok(back instanceof LobarError);
    assert.equal(back.code, 'dicom-invalid');
    assert.equal(back.message, error.message);
    assert.equal(back.status, 422);
    assert.deepEqual(back.details, { sopInstanceUid: '1.2' });
  });

  it('crosses a thread, or the queue, with what of it is not for a log', () => {
    const said = 'Patient Foreignname is locked';
    const context = { ehr: 'main', status: 422, operation: 'the transaction', said };
    const error = new LobarError('ehr-rejected', context, { unlogged: said });
    const back = fromPlainError(JSON.parse(JSON.stringify(toPlainError(error))));
    assert.deepEqual([back.message, back.logged], [error.message, error.logged]);
    assert.doesNotMatch(back.logged, /Foreignname/);
  });

  it('makes any other error internal, without its message, which may hold anything', () => {
    const plain = toPlainError(new TypeError('PATIENT^NAME is not iterable'));
    assert.equal(plain.code, 'internal');
    assert.equal(plain.message, new LobarError('internal', {}).message);
    assert.doesNotMatch(JSON.stringify(plain), /PATIENT/);
    assert.match(plain.frames ?? '', /^TypeError\n\s+at /);
    assert.equal(stackFrames(fromPlainError(plain).cause), plain.frames);
  });

  it('tells frames from lines of a message that look like some', () => {
    const error = new TypeError('bad\n    at PATIENT^NAME (born 1969)');
    assert.doesNotMatch(stackFrames(error), /PATIENT/);
    assert.match(stackFrames(error), /^TypeError\n\s+at .*errors\.test\.ts/);
  });
});
