import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CpuProfile, selfTimes, threadOf } from '../../bench/profile/self-times.ts';

const node = (id: number, functionName: string, url = '', lineNumber = -1) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const profile: CpuProfile = {
  nodes: [
    node(1, '(root)'),
    node(2, 'sumRows', 'file:///somewhere/src/volume/resize.ts', 118),
    // The same function once more, called by another one.
    node(3, 'sumRows', 'file:///somewhere/src/volume/resize.ts', 118),
    node(4, '', 'file:///somewhere/src/inference/inference-worker.ts', 0),
  ],
  samples: [1, 2, 3, 4, 2],
  timeDeltas: [0, 1000, 2000, 500, 1500],
};

describe('the times of a CPU profile', () => {
  it('are summed by function, the longest first', () => {
    assert.deepEqual(selfTimes(profile), [
      { name: 'sumRows src/volume/resize.ts:119', ms: 4.5 },
      { name: '(anonymous) src/inference/inference-worker.ts:1', ms: 0.5 },
      { name: '(root)', ms: 0 },
    ]);
  });

  it('are of the thread that runs a file of the profile', () => {
    assert.equal(threadOf(profile), 'inference worker');
    const laneNode = node(4, '', 'file:///somewhere/src/inference/lane-worker.ts', 0);
    assert.equal(threadOf({ ...profile, nodes: [laneNode] }), 'lane');
    assert.equal(threadOf({ ...profile, nodes: profile.nodes.slice(0, 3) }), 'main thread');
  });
});
