import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowHu, windowHuInside } from '../../src/volume/window.ts';

/** The paper's lung window: [-1250, 250]. */
const lung = { level: -500, width: 1500 };

describe('the lung window', () => {
  it('maps its edges to exactly 0 and 1 and its level to 0.5', () => {
    const hu = new Int16Array([-1250, -500, 250]);
    assert.deepEqual(windowHu(hu, lung), new Float32Array([0, 0.5, 1]));
  });

  it('is linear between', () => {
    // By hand: (-950 + 1250) / 1500 and (100 + 1250) / 1500
    assert.deepEqual(windowHu(new Int16Array([-950, 100]), lung), new Float32Array([0.2, 0.9]));
  });

  it('clips to exactly 0 and 1 outside, over all that 16 bits can hold', () => {
    const hu = new Int16Array([-32768, -1251, 251, 32767]);
    assert.deepEqual(windowHu(hu, lung), new Float32Array([0, 0, 1, 1]));
  });

  it('never leaves [0, 1] and never falls while HU rise', () => {
    const hu = Float32Array.from({ length: 4001 }, (_, i) => -2000 + i * 0.75);
    const grey = windowHu(hu, { level: -499.7, width: 1333.3 });
    assert.ok(
      grey.every((value, i) => value >= 0 && value <= 1 && (i === 0 || value >= (grey[i - 1] as number))),
    );
  });

  it('may overwrite its input', () => {
    const hu = new Float32Array([-1250, -500, 250]);
    assert.equal(windowHu(hu, lung, hu), hu);
    assert.deepEqual(hu, new Float32Array([0, 0.5, 1]));
  });

  it('is 0 outside a mask, whatever the array to write held', () => {
    const hu = new Int16Array(9).fill(-500);
    const mask = new Uint8Array([0, 0, 0, 0, 0, 5, 1, 0, 2]);
    const out = new Float32Array(9).fill(7);
    assert.deepEqual(
      windowHuInside(hu, mask, lung, out),
      new Float32Array([0, 0, 0, 0, 0, 0.5, 0.5, 0, 0.5]),
    );
  });
});
