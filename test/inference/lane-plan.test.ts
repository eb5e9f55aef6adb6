import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneNotices, lanePlan } from '../../src/inference/lane-plan.ts';

const mib = 2 ** 20;
const byItself = { lanes: 0, threads: 0 };

describe('the lanes that networks run in', () => {
  it('are two on the CPU where the networks are small, and share its cores', () => {
    assert.deepEqual(lanePlan('cpu', 7 * mib, byItself, 2), { lanes: 2, threads: 1, threadsAlone: 2 });
    assert.deepEqual(lanePlan('cpu', 7 * mib, byItself, 9), { lanes: 2, threads: 4, threadsAlone: 9 });
  });

  it('are one where there is one core, the networks are large, or a GPU runs them', () => {
    assert.deepEqual(lanePlan('cpu', 7 * mib, byItself, 1), { lanes: 1, threads: 1, threadsAlone: 1 });
    assert.deepEqual(lanePlan('cpu', 32 * mib, byItself, 8), { lanes: 1, threads: 8, threadsAlone: 8 });
    for (const provider of ['cuda', 'webgpu'] as const) {
      assert.deepEqual(lanePlan(provider, 7 * mib, byItself, 8), { lanes: 1, threads: 8, threadsAlone: 8 });
    }
  });

  it('are as many as the configuration says, with the threads that it says', () => {
    const { lanes, threads } = lanePlan('cpu', 90 * mib, { lanes: 3, threads: 0 }, 8);
    assert.deepEqual([lanes, threads], [3, 2]);
    assert.equal(lanePlan('cpu', 1, { lanes: 4, threads: 0 }, 2).threads, 1);
    assert.deepEqual(lanePlan('cuda', 1, { lanes: 2, threads: 5 }, 8), {
      lanes: 2,
      threads: 5,
      threadsAlone: 5,
    });
  });

  it('are warned of where their threads are more than the cores', () => {
    assert.deepEqual(laneNotices({ lanes: 2, threads: 4 }, 8), []);
    assert.deepEqual(laneNotices({ lanes: 1, threads: 16 }, 8), []);
    const [notice] = laneNotices({ lanes: 16, threads: 1 }, 2);
    assert.equal(notice?.code, 'lanes-exceed-cores');
    assert.match(notice?.text ?? '', /16 lanes with 1 thread\(s\) each .* on 2 core/);
  });
});
