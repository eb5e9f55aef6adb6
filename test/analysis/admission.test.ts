import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Admission } from '../../src/analysis/admission.ts';

const refusedWith = (code: string) => (error: { code?: string }) => error.code === code;

describe('admission', () => {
  it('takes as many as there are places and tells the next one to come back', async () => {
    const admission = new Admission(2);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const running = [admission.run(() => first.promise), admission.run(() => second.promise)];
    assert.equal(admission.inFlight, 2);
    assert.throws(() => admission.run(async () => {}), refusedWith('at-capacity'));
    first.resolve();
    await running[0];
    assert.equal(await admission.run(async () => 'in'), 'in');
    second.resolve();
    await running[1];
  });

  it('gives the place back when the work fails', async () => {
    const admission = new Admission(1);
    const failing = admission.run(() => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    assert.equal(admission.inFlight, 0);
  });

  it('drains: nothing new, and it waits for what runs', async () => {
    const admission = new Admission(2);
    const work = Promise.withResolvers<void>();
    const running = admission.run(() => work.promise);
    let drained = false;
    const draining = admission.drain().then(() => {
      drained = true;
    });
    assert.throws(() => admission.run(async () => {}), refusedWith('shutting-down'));
    assert.equal(drained, false);
    work.resolve();
    await Promise.all([running, draining]);
    assert.equal(drained, true);
  });
});
