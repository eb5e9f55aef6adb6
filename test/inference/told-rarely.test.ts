import assert from 'node:assert/strict';
import { it } from 'node:test';
import { toldRarely } from '../../src/inference/told-rarely.ts';

it('progress is told at the start and the end of each stage, and no more than each 50 ms between', () => {
  const told: string[] = [];
  let now = 0;
  const tell = toldRarely(
    (stage, fraction) => told.push(`${stage} ${fraction}`),
    () => now,
  );
  const steps = [
    [0, 'lungs', 0],
    [10, 'lungs', 0.1],
    [49, 'lungs', 0.2],
    [50, 'lungs', 0.3],
    [99, 'lungs', 0.4],
    [100, 'lungs', 0.5],
    [101, 'lungs', 1],
    [101, 'classify', 0],
    [102, 'classify', 1],
    [103, 'opacities', 0],
    [120, 'opacities', 0.1],
    [153, 'opacities', 0.2],
  ] as const;
  for (const [at, stage, fraction] of steps) {
    now = at;
    tell(stage, fraction);
  }
  assert.deepEqual(told, [
    'lungs 0',
    'lungs 0.3',
    'lungs 0.5',
    'lungs 1',
    'classify 0',
    'classify 1',
    'opacities 0',
    'opacities 0.2',
  ]);
});
