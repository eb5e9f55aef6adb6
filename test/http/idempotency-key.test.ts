import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idempotencyKey } from '../../src/http/jobs/idempotency-key.ts';

describe('Idempotency-Key', () => {
  // The string of RFC 9651 3.3.3, as the draft has it, and what clients send that have not read it.
  for (const [header, key] of [
    ['"8e03978e"', '8e03978e'],
    ['8e03978e', '8e03978e'],
    [' "8e03978e" ', '8e03978e'],
    ['"order 4711"', 'order 4711'],
    ['order 4711', 'order 4711'],
    [String.raw`"a \"quoted\" \\ key"`, String.raw`a "quoted" \ key`],
    ['"half', '"half'],
  ] as const)
    it(`${header} is ${key}`, () => assert.equal(idempotencyKey(header), key));

  it('is none where there is no header', () => assert.equal(idempotencyKey(undefined), undefined));

  for (const [what, header] of [
    ['empty', ''],
    ['an empty string', '""'],
    ['too long', 'a'.repeat(256)],
  ] as const)
    it(`is refused where it is ${what}`, () =>
      assert.throws(() => idempotencyKey(header), { code: 'request-invalid' }));
});
