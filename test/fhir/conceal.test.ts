import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conceal } from '../../src/fhir/connection/conceal.ts';

describe('conceal', () => {
  const cases: readonly [string, string, string[], string][] = [
    ['a given value, whatever its case', 'patient mrn-42 unknown', ['MRN-42'], 'patient [...] unknown'],
    ['a value as a URL writes it', 'no Patient?identifier=a%7Cb', ['a|b'], 'no Patient?identifier=[...]'],
    ['a value full of regular expression', 'id (a+)+$ bad', ['(a+)+$'], 'id [...] bad'],
    ['a short value only where it stands alone', '1 of 10 in R4, id 1', ['1'], '[...] of 10 in R4, id [...]'],
    ['a UID', 'study 1.2.840.113619.2.55.3 twice', [], 'study [...] twice'],
    ['a long number', 'mrn 0012345', [], 'mrn [...]'],
    [
      'the id of a reference',
      'Patient/abc-1 is not Observation/9',
      [],
      'Patient/[...] is not Observation/[...]',
    ],
    ['a reference whole', 'Patient/12345-doe-j unknown', [], 'Patient/[...] unknown'],
    ['an ISO date', 'born 1969-05-12, seen 1969-05-12T10:00:00Z', [], 'born [...], seen [...]'],
    ['a part of a date', 'born 1969-05.', [], 'born [...].'],
    ['a date with dots', 'born 12.05.1969 or 12.05.69.', [], 'born [...] or [...].'],
    ['a date with slashes', 'born 12/05/1969, 05/12/69, 5/12/1969', [], 'born [...], [...], [...]'],
    ['a date in words', 'born 12 May 1969 (12. Mai 1969)', [], 'born [...] ([...])'],
    ['a date in American words', 'born May 12, 1969; May 12th 1969', [], 'born [...]; [...]'],
    ['a date of DICOM', 'born 19690512, DOB19690512', [], 'born [...], [...]'],
    ['a number with letters', 'mrn A0012345x', [], 'mrn [...]'],
    ['a phone number', 'call 555 12 34', [], 'call [...]'],
    ['an international phone number', 'call +1 (555) 123-4567.', [], 'call [...].'],
    ['a phone number with dots', 'call 555.123.4567 or 01.23.45.67.89', [], 'call [...] or [...]'],
    ['the longer of two values first', 'Jane Doe', ['Jane', 'Jane Doe'], '[...]'],
  ];
  for (const [what, text, values, expected] of cases) {
    it(`takes out ${what}`, () => assert.equal(conceal(text, values), expected));
  }

  it('leaves what says what is wrong', () => {
    const text = "Observation.status: the code 'x' is not in the value set (HTTP 422, R4 4.0.1)";
    assert.equal(conceal(text, ['MRN-42', '']), text);
  });

  it('gets through a long text in one go, whatever is in it', () => {
    for (const part of ['a', '(', '1 ', '1.', 'may ', '12 mar', ' ', '+']) {
      assert.ok(conceal(part.repeat(100_000), ['Doe']).length <= 600_000);
    }
  });

  it('leaves statuses, paths, versions and section numbers', () => {
    for (const text of [
      'HTTP 422 (4001)',
      'HTTP 400/412 for Observation.component[12].value[0]',
      'FHIR R4 4.0.1, see 3.1.0.11 and 3.1.0.1.12, section 2.36.1',
      'HAPI-0389: dom-6, ele-1 at Bundle.entry[3].resource, line 120, column 34',
      'at 1 of 10 entries, at most 2000',
    ]) {
      assert.equal(conceal(text, []), text);
    }
  });
});
