import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busySeconds } from '../../src/inference/busy-seconds.ts';
import { StageRecorder } from '../../src/inference/stage-recorder.ts';
import type { Network, TimeSpan } from '../../src/pipeline/types.ts';

describe('the time in which networks are at work', () => {
  it('counts once what runs side by side, and nothing of what lies between', () => {
    assert.equal(busySeconds([]), 0);
    // 1 to 4 by three runs in two lanes, 6 to 7, and 8 to 12 with one that is all within it.
    const spans: TimeSpan[] = [
      [8, 12],
      [1, 3],
      [2, 3.5],
      [3.5, 4],
      [6, 7],
      [9, 10],
    ];
    assert.equal(busySeconds(spans), 3 + 1 + 4);
  });

  it('is that of all networks of a run, and the batches are counted by stage, those too that came before it', async () => {
    const tensor = { data: Float32Array.of(0), dims: [1] };
    const taking = (...spans: TimeSpan[]): Network => {
      return async () => {
        const ran = spans.shift();
        return ran === undefined ? tensor : { ...tensor, ran };
      };
    };
    const recorder = new StageRecorder('cpu');
    const { lungsLobes, classifier, opacities } = recorder.counting({
      lungsLobes: taking([10, 12], [11, 13]),
      classifier: taking([14, 15]),
      opacities: taking([13, 16], [17, 18]),
    });
    recorder.progress('lungs', 0);
    await Promise.all([lungsLobes(tensor), lungsLobes(tensor), opacities(tensor)]);
    recorder.progress('lungs', 1);
    recorder.progress('classify', 0);
    await classifier(tensor);
    recorder.progress('classify', 1);
    recorder.progress('opacities', 0);
    await opacities(tensor);
    recorder.progress('opacities', 1);
    const told = recorder.records().map(({ stage, batches }) => [stage, batches]);
    assert.deepEqual(told, [
      ['lungs', 2],
      ['classify', 1],
      ['opacities', 2],
    ]);
    assert.equal(recorder.networkSeconds, 3 + 3 + 1);
  });
});
