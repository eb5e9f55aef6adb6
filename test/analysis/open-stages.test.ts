import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openStages } from '../../src/analysis/open-stages.ts';
import { StageClock } from '../../src/telemetry/stage-clock.ts';

it('what is left of a stage after its turn is added to its time, and not told', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const passes = async (ms: number) => {
    now += ms;
  };
  const clock = new StageClock();
  const told: string[] = [];
  const stages = openStages(clock, (stage, fraction) => told.push(`${stage} ${fraction}`));
  await stages.enclose('publish', async (begin) => {
    await stages.run('report', () => passes(100));
    begin();
    await passes(10);
    await stages.late('report', () => passes(200));
    await stages.late('store', () => passes(30));
  });
  assert.deepEqual(told, ['report 0', 'report 1', 'publish 0', 'publish 1']);
  const { eventLoopP99: _, ...ms } = clock.stop();
  assert.deepEqual(ms, { report: 300, store: 30, publish: 10, total: 340 });
});
