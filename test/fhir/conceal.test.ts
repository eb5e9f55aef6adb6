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
    ['the longer of two values first', 'Jane Doe', ['Jane', 'Jane Doe'], '[...]'],
  ];
  for (const [what, text, values, expected] of cases) {
    it(`takes out ${what}`, () => assert.equal(conceal(text, values), expected));
  }

  it('leaves what says what is wrong', () => {
    const text = "Observation.status: the code 'x' is not in the value set (HTTP 422, R4 4.0.1)";
    assert.equal(conceal(text, ['MRN-42', '']), text);
  });
});
