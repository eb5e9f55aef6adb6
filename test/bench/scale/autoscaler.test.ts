import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Autoscaler } from '../../../bench/scale/autoscaler.ts';
import { autoscaler as settings } from './scale-fixture.ts';

// By hand, from the algorithm that Kubernetes documents: ceil(current x usage / target), within the policies.
describe('the autoscaler', () => {
  it('asks for what the demand needs', () => {
    assert.equal(new Autoscaler(settings).decide(0, 7, 3), 5);
  });

  it('leaves a need within a tenth alone', () => {
    assert.equal(new Autoscaler(settings).decide(0, 1.4 * 10 * 1.09, 10), 10);
    assert.equal(new Autoscaler(settings).decide(0, 1.4 * 10 * 1.11, 10), 12);
  });

  it('keeps to the fewest and the most', () => {
    assert.equal(new Autoscaler(settings).decide(0, 1e6, 90), 100);
    assert.equal(new Autoscaler({ ...settings, minReplicas: 3 }).decide(0, 0, 3), 3);
  });

  it('at most doubles, or adds four, within a period', () => {
    const autoscaler = new Autoscaler(settings);
    assert.equal(autoscaler.decide(0, 1000, 2), 6);
    assert.equal(autoscaler.decide(15, 1000, 6), 12);
    assert.equal(autoscaler.decide(20, 1000, 12), 12);
  });

  it('goes down one every two minutes, to the highest need of the last ten', () => {
    const autoscaler = new Autoscaler(settings);
    let pods = autoscaler.decide(0, 12.6, 9);
    assert.equal(pods, 9);
    const changes: [number, number][] = [];
    for (let at = 15; at <= 1200; at += 15) {
      const next = autoscaler.decide(at, at === 300 ? 11.2 : 0, pods);
      if (next !== pods) changes.push([at, next]);
      pods = next;
    }
    // 12.6 / 1.4 = 9 counts until 600, 11.2 / 1.4 = 8 until 900, and then nothing is needed.
    assert.deepEqual(changes, [
      [600, 8],
      [900, 7],
      [1020, 6],
      [1140, 5],
    ]);
  });
});
