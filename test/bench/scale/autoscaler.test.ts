import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Autoscaler } from '../../../bench/scale/autoscaler.ts';
import { autoscaler as settings } from './scale-fixture.ts';

const inFlight = (analyses: number) => ({ inFlight: analyses, jobs: 0 });

// By hand, from the algorithm that Kubernetes documents: ceil(current x usage / target), within the policies.
describe('the autoscaler', () => {
  it('asks for what the demand needs', () => {
    assert.equal(new Autoscaler(settings).decide(0, inFlight(7), 3), 5);
  });

  it('takes the trigger that needs more', () => {
    assert.equal(new Autoscaler(settings).decide(0, { inFlight: 7, jobs: 13 }, 3), 7);
    assert.equal(new Autoscaler(settings).decide(0, { inFlight: 7, jobs: 9 }, 3), 5);
  });

  it('leaves a need within a tenth alone', () => {
    assert.equal(new Autoscaler(settings).decide(0, inFlight(1.4 * 10 * 1.09), 10), 10);
    assert.equal(new Autoscaler(settings).decide(0, inFlight(1.4 * 10 * 1.11), 10), 12);
  });

  it('keeps to the fewest and the most', () => {
    assert.equal(new Autoscaler(settings).decide(0, inFlight(1e6), 90), 100);
    assert.equal(new Autoscaler({ ...settings, minReplicas: 3 }).decide(0, inFlight(0), 3), 3);
  });

  it('at most doubles, or adds four, within a period', () => {
    const autoscaler = new Autoscaler(settings);
    assert.equal(autoscaler.decide(0, inFlight(1000), 2), 6);
    assert.equal(autoscaler.decide(15, inFlight(1000), 6), 12);
    assert.equal(autoscaler.decide(20, inFlight(1000), 12), 12);
  });

  it('goes down by a part of what there is where that is more', () => {
    const down = { stabilisationSeconds: 0, pods: 1, percent: 10, periodSeconds: 60 };
    const autoscaler = new Autoscaler({ ...settings, down });
    assert.equal(autoscaler.decide(0, inFlight(0), 50), 45);
    assert.equal(autoscaler.decide(30, inFlight(0), 45), 45);
    // A tenth of 45 is 4.5, and Kubernetes rounds the pods that stay down.
    assert.equal(autoscaler.decide(60, inFlight(0), 45), 40);
  });

  it('goes down one every two minutes, to the highest need of the last ten', () => {
    const autoscaler = new Autoscaler(settings);
    let pods = autoscaler.decide(0, inFlight(12.6), 9);
    assert.equal(pods, 9);
    const changes: [number, number][] = [];
    for (let at = 15; at <= 1200; at += 15) {
      const next = autoscaler.decide(at, inFlight(at === 300 ? 11.2 : 0), pods);
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
