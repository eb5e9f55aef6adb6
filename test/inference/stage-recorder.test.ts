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

  it('is that of a stage alone, and the batches are counted each', async () => {
    const tensor = { data: Float32Array.of(0), dims: [1] };
    const spans: TimeSpan[] = [
      [10, 12],
      [11, 13],
      [11, 14],
    ];
    const network: Network = async () => {
      const ran = spans.shift();
      return ran === undefined ? tensor : { ...tensor, ran };
    };
    const recorder = new StageRecorder('cpu');
    const networks = { lungsLobes: network, classifier: network, opacities: network };
    const { lungsLobes, classifier } = recorder.counting(networks);
    recorder.progress('lungs', 0);
    await Promise.all([lungsLobes(tensor), lungsLobes(tensor)]);
    recorder.progress('lungs', 1);
    recorder.progress('classify', 0);
    await classifier(tensor);
    recorder.progress('classify', 1);
    const told = recorder
      .records()
      .map(({ stage, batches, networkSeconds }) => [stage, batches, networkSeconds]);
    assert.deepEqual(told, [
      ['lungs', 2, 3],
      ['classify', 1, 3],
    ]);
  });

  it('counts what ran before its stage to that stage', async () => {
    const tensor = { data: Float32Array.of(0), dims: [1] };
    const recorder = new StageRecorder('cpu');
    const taking = (began: number, ended: number): Network => {
      return async () => ({ ...tensor, ran: [began, ended] });
    };
    const { lungsLobes, opacities } = recorder.counting({
      lungsLobes: taking(1, 2),
      classifier: taking(0, 0),
      opacities: taking(4, 7),
    });
    recorder.progress('lungs', 0);
    await Promise.all([lungsLobes(tensor), opacities(tensor)]);
    recorder.progress('lungs', 1);
    recorder.progress('opacities', 0);
    recorder.progress('opacities', 1);
    assert.deepEqual(
      recorder.records().map(({ stage, batches, networkSeconds }) => [stage, batches, networkSeconds]),
      [
        ['lungs', 1, 1],
        ['opacities', 1, 3],
      ],
    );
  });
});
