import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whatBounds } from '../../bench/pipeline/what-bounds.ts';

describe('What bounds a stage', () => {
  it('is its network where that takes more than half of its time', () => {
    const text = whatBounds({ wallMs: 4000, cpuMs: 7200, floorMs: 3000 });
    assert.equal(text, 'its network, 75 % of its time; 1.8 cores busy');
  });

  it('is JavaScript where the network takes less, in one thread where one core is busy', () => {
    const text = whatBounds({ wallMs: 4000, cpuMs: 4800, floorMs: 1000 });
    assert.equal(text, 'JavaScript, 75 % of its time, in one thread; 1.2 cores busy');
  });

  it('is JavaScript in several threads where more cores are busy than one thread can keep', () => {
    const text = whatBounds({ wallMs: 1000, cpuMs: 1900, floorMs: 0 });
    assert.equal(text, 'JavaScript, 100 % of its time, in several threads; 1.9 cores busy');
  });

  it('is waiting where hardly anything computes', () => {
    assert.equal(whatBounds({ wallMs: 1000, cpuMs: 300, floorMs: 200 }), 'waiting; 0.3 cores busy');
  });

  it('is its network wholly where it is faster than the floor', () => {
    const text = whatBounds({ wallMs: 900, cpuMs: 1800, floorMs: 1000 });
    assert.equal(text, 'its network, 100 % of its time; 2.0 cores busy');
  });
});
