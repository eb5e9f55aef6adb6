import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchAttribute } from '../../../src/sandbox/pacs/match-attribute.ts';

const uid = { vr: 'UI', Value: ['1.2.3'] };
const name = { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] };
const id = { vr: 'LO', Value: ['AB-12'] };
const date = { vr: 'DA', Value: ['20201115'] };
const modalities = { vr: 'CS', Value: ['CT', 'SEG'] };
const number = { vr: 'IS', Value: [7] };

// The rules of PS3.4 C.2.2.2, one row each.
const rows = [
  ['a single value', id, 'AB-12', true],
  ['a single value, in its case', id, 'ab-12', false],
  ['no part of a value', id, 'AB', false],
  ['a wildcard at the end', id, 'AB*', true],
  ['a wildcard in the middle', id, 'A*2', true],
  ['wildcards around', id, '*-1*', true],
  ['a wildcard for one character', id, 'AB-1?', true],
  ['a wildcard for exactly one character', id, 'AB-?', false],
  ['a dot only as a dot', id, 'AB.12', false],
  ['a name without regard to case', name, 'doe^j*', true],
  ['another name', name, 'Roe*', false],
  ['one of a list of UIDs', uid, '1.2.4,1.2.3', true],
  ['one of a list of UIDs with backslashes', uid, '1.2.4\\1.2.3', true],
  ['no wildcard in a UID', uid, '1.2.*', false],
  ['a date in a range', date, '20201101-20201130', true],
  ['a date at the end of a range', date, '20201101-20201115', true],
  ['a date up to', date, '-20201114', false],
  ['a date from', date, '20201115-', true],
  ['a date after', date, '20201116-', false],
  ['one of several values', modalities, 'SEG', true],
  ['none of several values', modalities, 'MR', false],
  ['a number by its value', number, '07', true],
  ['everything by an empty query', id, '', true],
  ['everything by a star, also what is absent', undefined, '*', true],
  ['nothing that is absent', undefined, 'AB-12', false],
] as const;

describe('A query matches', () => {
  for (const [what, attribute, query, expected] of rows) {
    it(what, () => assert.equal(matchAttribute(attribute, query), expected));
  }

  it('in time that does not explode with its wildcards', () => {
    const long = { vr: 'LO', Value: ['a'.repeat(5000)] };
    const start = performance.now();
    assert.equal(matchAttribute(long, `${'*a'.repeat(500)}b`), false);
    assert.ok(performance.now() - start < 1000);
  });
});
