import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markAbove } from '../../src/volume/mark-above.ts';
import { planResize, resizePlane } from '../../src/volume/resize.ts';

const everywhere = (length: number) => new Uint8Array(length).fill(3);

describe('marking what is above a threshold', () => {
  it('marks the part of an enlarged plane that lies above, by hand', () => {
    // 0 and 1 become 0, 0.25, 0.75, 1.
    const out = new Uint8Array(4);
    markAbove(planResize([1, 2], [1, 4]), new Float32Array([0, 1]), 0.5, everywhere(4), out);
    assert.deepEqual([...out], [0, 0, 1, 1]);
  });

  it('does not mark what only reaches the threshold', () => {
    const out = new Uint8Array(4);
    markAbove(planResize([2, 2], [2, 2]), new Float32Array([0.5, 0.75, 0.25, 0.5]), 0.5, everywhere(4), out);
    assert.deepEqual([...out], [0, 1, 0, 0]);
  });

  it('tells what is above a second, higher threshold', () => {
    const out = new Uint8Array(4);
    markAbove(planResize([1, 2], [1, 4]), new Float32Array([0, 1]), 0.5, everywhere(4), out, 0.9);
    assert.deepEqual([...out], [0, 0, 1, 2]);
  });

  it('marks nothing outside the mask and clears what was marked there', () => {
    const out = new Uint8Array(4).fill(1);
    const inside = new Uint8Array([0, 1, 0, 4]);
    markAbove(planResize([1, 1], [2, 2]), new Float32Array([0.9]), 0.5, inside, out);
    assert.deepEqual([...out], [0, 1, 0, 1]);
  });

  it('agrees with resizing first, whether the plane grows or shrinks', () => {
    const plane = Float32Array.from({ length: 13 * 11 }, (_, i) => ((i * 71) % 97) / 97);
    for (const to of [
      [29, 31],
      [5, 4],
      [7, 30],
      [13, 11],
      [1, 1],
    ] as const) {
      const resized = resizePlane(plane, [13, 11], to);
      const out = new Uint8Array(to[0] * to[1]);
      markAbove(planResize([13, 11], to), plane, 0.4321, everywhere(out.length), out);
      assert.deepEqual(
        out,
        Uint8Array.from(resized, (value) => (value > 0.4321 ? 1 : 0)),
      );
    }
  });

  it('refuses planes of another size than planned', () => {
    const plan = planResize([2, 2], [4, 4]);
    assert.throws(
      () => markAbove(plan, new Float32Array(3), 0.5, everywhere(16), new Uint8Array(16)),
      RangeError,
    );
    assert.throws(
      () => markAbove(plan, new Float32Array(4), 0.5, everywhere(15), new Uint8Array(16)),
      RangeError,
    );
    assert.throws(
      () => markAbove(plan, new Float32Array(4), 0.5, everywhere(16), new Uint8Array(15)),
      RangeError,
    );
  });
});
