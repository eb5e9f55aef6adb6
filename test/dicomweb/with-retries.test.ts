import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retryWaitMs } from '../../src/backoff.ts';
import type { Transport } from '../../src/dicomweb/transport.ts';
import { withRetries } from '../../src/dicomweb/with-retries.ts';
import { LobarError } from '../../src/errors.ts';
import { never } from './support/pacs-at.ts';

/** What no server on loopback can bring about: requests that fail so before anything is sent. */
function failingWith(code: string) {
  const asked: string[] = [];
  const transport: Transport = {
    name: 'a',
    root: 'http://pacs.invalid',
    async send({ url }) {
      asked.push(url);
      const cause = Object.assign(new Error('getaddrinfo'), { code });
      throw new LobarError('pacs-unreachable', { pacs: 'a', problem: 'x' }, { cause });
    },
    close: async () => {},
  };
  return { transport: withRetries(transport, 1), asked };
}

describe('A request that failed', () => {
  it('because the name did not resolve for the moment is sent again, unlike one to a name that is none', async () => {
    const request = {
      operation: 'QIDO-RS search for studies',
      method: 'GET',
      url: 'x',
      headers: {},
      ...never(),
    } as const;
    for (const [code, times] of [
      ['EAI_AGAIN', 2],
      ['ENOTFOUND', 1],
    ] as const) {
      const { transport, asked } = failingWith(code);
      await assert.rejects(transport.send(request), { code: 'pacs-unreachable' });
      assert.equal(asked.length, times, code);
    }
  });

  it('waits as long as asked and a little longer, each another time', () => {
    for (const askedMs of [0, 3000]) {
      const waits = Array.from({ length: 100 }, () => retryWaitMs(1, 250, askedMs));
      assert.ok(waits.every((ms) => ms >= askedMs && ms <= askedMs + 250));
      assert.ok(new Set(waits.map(Math.floor)).size > 20, `after Retry-After of ${askedMs} ms`);
    }
  });
});
