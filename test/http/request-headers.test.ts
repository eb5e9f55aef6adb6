import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { urgencyOf } from '../../src/http/priority.ts';
import { requestTimeout } from '../../src/http/request-timeout.ts';

describe('Priority (RFC 9218)', () => {
  // The examples of sections 4.1, 4.2 and 5, and what section 4 says of parameters that cannot be read.
  const cases: readonly (readonly [string | undefined, number])[] = [
    [undefined, 3],
    ['', 3],
    ['u=0', 0],
    ['u=5, i', 5],
    ['i, u=1', 1],
    ['i', 3],
    ['u=1;x=2', 1],
    ['u=4,u=2', 2],
    ['u=8', 3],
    ['u=-1', 3],
    ['u=1.5', 3],
    ['u="0"', 3],
    ['urgent', 3],
    ['mu=0', 3],
  ];
  for (const [header, urgency] of cases) {
    it(`${JSON.stringify(header)} is urgency ${urgency}`, () => assert.equal(urgencyOf(header), urgency));
  }
});

describe('Request-Timeout', () => {
  it('fires when it is over, with the code for it', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { signal } = requestTimeout({ headers: { 'request-timeout': '7' } });
    t.mock.timers.tick(6999);
    assert.equal(signal.aborted, false);
    t.mock.timers.tick(1);
    assert.equal(signal.reason.code, 'deadline-exceeded');
    assert.match(signal.reason.message, /within 7 s, the limit Request-Timeout/);
  });

  it('fires never where there is none, nor once it was stopped', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const none = requestTimeout({ headers: {} });
    const stopped = requestTimeout({ headers: { 'request-timeout': '1' } });
    stopped.stop();
    t.mock.timers.tick(100_000);
    assert.deepEqual([none.signal.aborted, stopped.signal.aborted], [false, false]);
  });
});
