import assert from 'node:assert/strict';
import { it } from 'node:test';
import { StageClock } from '../../src/telemetry/stage-clock.ts';

it('the clock counts what a stage within another takes as that one’s alone', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const passes = async (ms: number) => {
    now += ms;
  };
  const clock = new StageClock();
  await clock.time('report', () => passes(100));
  await clock.time('publish', async () => {
    await passes(10);
    await clock.time('report', () => passes(200));
    await passes(30);
    // Also where it fails.
    await assert.rejects(clock.time('report', () => passes(5).then(() => Promise.reject(new Error('no')))));
  });
  await clock.time('store', () => passes(7));
  const { eventLoopP99: _, ...stages } = clock.stop();
  assert.deepEqual(stages, { report: 305, publish: 40, store: 7, total: 352 });
});
