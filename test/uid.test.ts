import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUid, withoutPadding } from '../src/uid.ts';

describe('a UID (PS3.5 9.1)', () => {
  it('is digits and dots, at most 64 characters', () => {
    for (const uid of ['1.2.840.10008.1.2', '2.25.0', '1', '1'.repeat(64)]) assert.ok(isUid(uid), uid);
  });

  it('may have a leading zero, as old modalities write them', () => {
    assert.ok(isUid('1.2.03.004'));
  });

  it('has no empty component, no other character, and is not longer', () => {
    for (const text of ['', '.1', '1.', '1..2', '1.2a', '1.2/3', '1.2\n', ' 1.2', '1'.repeat(65)]) {
      assert.ok(!isUid(text), JSON.stringify(text));
    }
  });

  it('is padded with a null, or by some with a space', () => {
    for (const padded of ['1.2.3\0', '1.2.3 ', ' 1.2.3 \0', '1.2.3']) {
      assert.equal(withoutPadding(padded), '1.2.3');
    }
  });
});
