import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { personName } from '../../src/report/person-name.ts';
import { readingText } from '../../src/report/reading-text.ts';

describe('the name of a patient', () => {
  // The examples of PS3.5 6.2.1.1.
  it('is read as family and given, with what goes before and after', () => {
    assert.deepEqual(personName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.'), [
      'Adams, Rev. John Robert Quincy, B.A. M.Div.',
    ]);
    assert.deepEqual(personName('Morrison-Jones^Susan^^^Ph.D., Chief Executive Officer'), [
      'Morrison-Jones, Susan, Ph.D., Chief Executive Officer',
    ]);
    assert.deepEqual(personName('Doe^John'), ['Doe, John']);
    assert.deepEqual(personName('Smith^Fluffy'), ['Smith, Fluffy']);
  });

  it('has its groups apart, those that say something', () => {
    assert.deepEqual(personName('Yamada^Tarou=山田^太郎=やまだ^たろう'), [
      'Yamada, Tarou',
      '山田, 太郎',
      'やまだ, たろう',
    ]);
    assert.deepEqual(personName('=山田^太郎'), ['山田, 太郎']);
    assert.deepEqual(personName('^^^^'), []);
    assert.deepEqual(personName('Only'), ['Only']);
  });
});

describe('a text from outside', () => {
  it('loses controls, marks of direction and halves of characters, and nothing else', () => {
    assert.equal(readingText('a\u0000\u0007b\u202ec\u2066d\ufeff\n e  '), 'abcd e');
    assert.equal(readingText('x\ud800y'), 'x\ufffdy');
    assert.equal(readingText('<b>&"é 山 مح'), '<b>&"é 山 مح');
  });
});
