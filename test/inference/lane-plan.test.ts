import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { laneNotices, lanePlan } from '../../src/inference/lane-plan.ts';

const mib = 2 ** 20;
const byItself = { lanes: 0, threads: 0 };

/** Of each lane the threads of a session that is asked about slices, and those of the classifier. */
const shared = (...asked: Parameters<typeof lanePlan>) => {
  const plan = lanePlan(...asked);
  for (const { lungsLobes, lungs, opacities } of plan)
    assert.deepEqual([lungs, opacities], [lungsLobes, lungsLobes]);
  return [plan.map(({ lungsLobes }) => lungsLobes), plan.map(({ classifier }) => classifier)];
};

describe('the lanes that networks run in', () => {
  it('are two on the CPU where the networks are not very large, and share its cores; the first has the classifier', () => {
    assert.deepEqual(shared('cpu', 7 * mib, byItself, 2), [
      [1, 1],
      [2, undefined],
    ]);
    assert.deepEqual(shared('cpu', 101 * mib, byItself, 3), [
      [2, 1],
      [3, undefined],
    ]);
    assert.deepEqual(shared('cpu', 128 * mib - 1, byItself, 9), [
      [5, 4],
      [9, undefined],
    ]);
  });

  it('are one where there is one core, the networks are large, or a GPU runs them', () => {
    assert.deepEqual(shared('cpu', 7 * mib, byItself, 1), [[1], [1]]);
    assert.deepEqual(shared('cpu', 128 * mib, byItself, 8), [[8], [8]]);
    for (const provider of ['cuda', 'webgpu'] as const) {
      assert.deepEqual(shared(provider, 7 * mib, byItself, 8), [[8], [8]]);
    }
  });

  it('share the threads that the configuration says, whatever the cores', () => {
    for (const cores of [1, 2, 64]) {
      assert.deepEqual(shared('cpu', mib, { lanes: 0, threads: 1 }, cores), [[1], [1]]);
      assert.deepEqual(shared('cpu', mib, { lanes: 0, threads: 2 }, cores), [
        [1, 1],
        [2, undefined],
      ]);
    }
  });

  it('are as many as the configuration says, none without a thread', () => {
    assert.deepEqual(shared('cpu', 90 * mib, { lanes: 3, threads: 0 }, 8), [
      [3, 3, 2],
      [8, undefined, undefined],
    ]);
    assert.deepEqual(shared('cpu', 1, { lanes: 4, threads: 0 }, 2)[0], [1, 1, 1, 1]);
    assert.deepEqual(shared('cuda', 1, { lanes: 2, threads: 5 }, 8), [
      [3, 2],
      [5, undefined],
    ]);
  });

  it('are warned of where their threads are more than the cores', () => {
    assert.deepEqual(laneNotices(lanePlan('cpu', mib, { lanes: 2, threads: 8 }, 8), 8), []);
    assert.deepEqual(laneNotices(lanePlan('cpu', mib, { lanes: 1, threads: 16 }, 8), 8), []);
    const [notice] = laneNotices(lanePlan('cpu', mib, { lanes: 16, threads: 1 }, 2), 2);
    assert.equal(notice?.code, 'lanes-exceed-cores');
    assert.match(notice?.text ?? '', /16 lanes with 16 threads together .* on 2 core/);
  });
});
