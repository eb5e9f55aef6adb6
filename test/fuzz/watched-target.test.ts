import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { FuzzInput } from './fuzz-input.ts';
import { WatchedTarget } from './watched-target.ts';

const caps = { cpuMs: 500, wallMs: 4000, rssMb: 200 };
const target = new WatchedTarget(join(import.meta.dirname, 'misbehaving-target.ts'), [], caps);
after(() => target.close());

const asked = (deed: string): FuzzInput => ({
  surface: 'series',
  syntax: '',
  parts: [Buffer.from(deed)],
  isCutOff: false,
  contentType: '',
  chunkBytes: 1,
});

describe('the watch over the process under test', () => {
  it('lets an answer pass', async () => {
    const { report, fault } = await target.run(asked('answers'));
    assert.equal(report?.outcome, 'answers');
    assert.equal(fault, undefined);
  });

  for (const [deed, kind] of [
    ['exits', 'crash'],
    ['aborts', 'crash'],
    ['rejects', 'crash'],
    ['spins', 'hang'],
    ['waits', 'hang'],
    ['swells', 'memory'],
    ['prints', 'noise'],
    ['is faulty', 'fault'],
  ] as const) {
    it(`sees a process that ${deed}, as ${kind}, and goes on with the next input`, async () => {
      const { fault } = await target.run(asked(deed));
      assert.equal(fault?.kind, kind, fault?.text);
      const next = await target.run(asked('answers'));
      assert.equal(next.fault, undefined);
    });
  }

  it('says when the process does not start at all', async () => {
    const missing = new WatchedTarget(join(import.meta.dirname, 'no-such-target.ts'), [], caps);
    await assert.rejects(missing.run(asked('answers')), /does not start/);
  });
});
