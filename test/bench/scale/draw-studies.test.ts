import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seenStableAt } from '../../../bench/scale/draw-studies.ts';
import { assumedNetworkSeconds, teraflopsOfStudy } from '../../../bench/scale/gpu-assumptions.ts';

describe('a study that lobar watch finds', () => {
  const watch = { pollSeconds: 60, stableSeconds: 300 };

  it('is asked for at the first look at which it has not changed for long enough', () => {
    // Looks at 7, 67, 127, ...: seen at 127, and five minutes later is a look, at 427.
    assert.equal(seenStableAt(100, 7, watch), 427);
    assert.equal(seenStableAt(127, 7, watch), 427);
    assert.equal(seenStableAt(128, 7, watch), 487);
  });

  it('waits for the next look where five minutes are no number of looks', () => {
    // Looks every 45 s: seen at 45, long enough at 345, looked at at 360.
    assert.equal(seenStableAt(30, 0, { pollSeconds: 45, stableSeconds: 300 }), 360);
  });
});

describe('what is assumed of a GPU', () => {
  it('follows from the operations of the networks and a part of the peak of an L4', () => {
    // 138 x 6.0 + 275 x 24.1 + 10.4 = 7,465.9 GFLOP; by 30.3 x 0.25 TFLOP/s 0.9856 s.
    assert.ok(Math.abs(teraflopsOfStudy - 7.4659) < 1e-9);
    assert.ok(Math.abs(assumedNetworkSeconds('likely') - 0.9856) < 1e-4);
  });
});
