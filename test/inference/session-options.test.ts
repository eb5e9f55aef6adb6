import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sessionOptions } from '../../src/inference/session-options.ts';

describe('the options of a session', () => {
  it('do without a plan of its memory on the CPU, where that was measured, and say nothing of it elsewhere', () => {
    assert.equal(sessionOptions('cpu', 1).enableMemPattern, false);
    for (const provider of ['cuda', 'webgpu'] as const) {
      assert.ok(!('enableMemPattern' in sessionOptions(provider, 1)), provider);
    }
  });

  it('give a node to the CPU only where that is the provider', () => {
    for (const [provider, fallback] of [
      ['cpu', undefined],
      ['cuda', '1'],
    ] as const) {
      const session = sessionOptions(provider, 1).extra?.['session'] as Readonly<Record<string, unknown>>;
      assert.equal(session['disable_cpu_ep_fallback'], fallback);
    }
  });
});
