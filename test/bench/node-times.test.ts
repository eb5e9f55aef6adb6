import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type NodeEvent, nodeTimes } from '../../bench/profile/node-times.ts';

const ran = (name: string, ts: number, dur: number, op_name: string, provider: string): NodeEvent => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  ts,
  dur,
  args: { op_name, provider },
});

describe("the times of a network's nodes", () => {
  it('are means of the last runs, by operator and provider', () => {
    const events = [
      { cat: 'Session', name: 'model_run', ts: 0, dur: 99_000 },
      ran('conv1', 1, 90_000, 'Conv', 'CUDAExecutionProvider'),
      ran('conv1', 2, 1000, 'Conv', 'CUDAExecutionProvider'),
      ran('conv1', 3, 3000, 'Conv', 'CUDAExecutionProvider'),
      ran('conv2', 1, 90_000, 'Conv', 'CUDAExecutionProvider'),
      ran('conv2', 2, 4000, 'Conv', 'CUDAExecutionProvider'),
      ran('conv2', 3, 4000, 'Conv', 'CUDAExecutionProvider'),
      ran('shape', 1, 5, 'Shape', 'CPUExecutionProvider'),
      ran('shape', 2, 20, 'Shape', 'CPUExecutionProvider'),
      ran('shape', 3, 40, 'Shape', 'CPUExecutionProvider'),
    ];
    // By hand: (1 + 3 + 4 + 4) / 2 ms, and (20 + 40) / 2 µs.
    assert.deepEqual(nodeTimes(events, 2), [
      { provider: 'CUDAExecutionProvider', operator: 'Conv', nodes: 2, ms: 6 },
      { provider: 'CPUExecutionProvider', operator: 'Shape', nodes: 1, ms: 0.03 },
    ]);
  });
});
