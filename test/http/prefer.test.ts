import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prefersAsync } from '../../src/http/jobs/prefer.ts';

/** The examples are those of RFC 7240, 2 and 4.1, and what its grammar allows. */
describe('Prefer', () => {
  for (const prefer of [
    'respond-async',
    'respond-async, wait=10',
    'wait=10, respond-async',
    'Lenient, Respond-Async',
    'respond-async; foo="bar"',
    'respond-async=""',
    'foo="a, b", respond-async',
    'foo="a \\", b", respond-async',
    ['wait=10', 'respond-async'],
  ]) {
    it(`asks not to wait: ${prefer}`, () => assert.equal(prefersAsync(prefer), true));
  }
  for (const prefer of [
    undefined,
    '',
    'wait=10',
    'return=minimal',
    'respond-asynchronously',
    'respond-async=no',
    'x-respond-async',
    'foo="a, respond-async, b"',
    'foo="a \\", respond-async, b"',
  ]) {
    it(`does not: ${prefer}`, () => assert.equal(prefersAsync(prefer), false));
  }
});
