import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockSkew } from '../../src/outbound/clock-skew.ts';

/** The example of RFC 9110 5.6.7; its time by `date -ud 'Sun, 06 Nov 1994 08:49:37 GMT' +%s`. */
const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const theirs = 784_111_777_000;

describe('A clock that is not that of the other side', () => {
  it('is told by how much, and on which side it is', () => {
    assert.match(clockSkew(date, theirs - 600_000) ?? '', /our clock is 10 minutes behind its: .*NTP/);
    assert.match(clockSkew(date, theirs + 600_000) ?? '', /our clock is 10 minutes ahead of its/);
    assert.match(clockSkew(date, theirs + 61_000) ?? '', /1 minute ahead/);
  });

  it('is nothing to tell within a minute, or where the other side does not say its time', () => {
    assert.equal(clockSkew(date, theirs + 60_000), undefined);
    assert.equal(clockSkew(date, theirs - 60_000), undefined);
    assert.equal(clockSkew(null, theirs), undefined);
    assert.equal(clockSkew('yesterday', theirs), undefined);
  });
});
