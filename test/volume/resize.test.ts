import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planResize, resizePlane, resizePlaneBy, resizeSlices } from '../../src/volume/resize.ts';

function assertClose(found: Float32Array, expected: readonly number[], tolerance = 1e-5): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((found[i] as number) - (expected[i] as number));
    assert.ok(difference <= tolerance, `at ${i}: ${found[i]} instead of ${expected[i]}`);
  }
}

/** (i * 37) mod 101 as [5, 7], and (i * 29) mod 83 - 40 as [4, 3, 5]. */
const plane = Float32Array.from({ length: 35 }, (_, i) => (i * 37) % 101);
const volume = Int16Array.from({ length: 60 }, (_, i) => ((i * 29) % 83) - 40);
const sliceOf = (of: Int16Array) => (z: number) => of.subarray(z * 15, z * 15 + 15);

// Calculated with numpy in another way: shrinking by np.repeat and a mean over whole blocks, growing by np.interp.
// biome-ignore format: one row a case
const planes: readonly { to: readonly [number, number]; expected: readonly number[] }[] = [
    { to: [3, 4], expected: [38.6571429, 50.1428571, 35.6571429, 52.9142857, 40.4, 57.6571429, 46.0571429, 63.3142857, 42.1428571, 65.1714286, 47.8, 47.7428571] },
    { to: [9, 11], expected: [0.0, 16.8181818, 40.3636364, 63.9090909, 50.7272727, 10.0, 33.5454545, 57.0909091, 80.6363636, 49.0909091, 20.0, 19.0, 35.8181818, 56.3030303, 58.4242424, 48.3030303, 29.0, 31.1212121, 42.4242424, 65.969697, 52.7878788, 39.0, 50.6666667, 67.4848485, 82.8686869, 49.2828283, 44.2626263, 60.6666667, 27.0808081, 17.979798, 41.5252525, 58.9494949, 70.6666667, 37.4444444, 54.2626263, 72.7070707, 60.5454545, 52.4646465, 47.4444444, 35.2828283, 38.4242424, 61.969697, 61.030303, 57.4444444, 13.0, 29.8181818, 53.3636364, 76.9090909, 63.7272727, 23.0, 46.5454545, 70.0909091, 93.6363636, 62.0909091, 33.0, 44.6666667, 35.979798, 28.9191919, 52.4646465, 59.6868687, 54.6666667, 42.5050505, 45.6464646, 69.1919192, 68.2525253, 64.6666667, 65.1111111, 41.1212121, 15.6969697, 39.2424242, 58.7070707, 75.1111111, 41.5252525, 29.3636364, 45.7676768, 68.2929293, 85.1111111, 40.6666667, 42.1818182, 47.3636364, 70.9090909, 69.969697, 50.6666667, 52.7878788, 45.7272727, 26.4242424, 43.8484848, 60.6666667, 26.0, 42.8181818, 66.3636364, 89.9090909, 76.7272727, 36.0, 59.5454545, 55.5454545, 14.8181818, 29.1818182, 46.0] },
    { to: [3, 11], expected: [22.8, 39.6181818, 59.4909091, 57.3272727, 47.8181818, 32.8, 30.6363636, 39.4909091, 63.0363636, 53.5272727, 42.8, 33.2, 40.8363636, 51.5272727, 62.2181818, 58.2181818, 43.2, 41.0363636, 49.8909091, 73.4363636, 63.9272727, 53.2, 43.6, 42.0545455, 43.5636364, 67.1090909, 68.6181818, 53.6, 51.4363636, 43.7636364, 28.7454545, 46.7818182, 63.6] },
    { to: [9, 4], expected: [15.8571429, 50.4285714, 41.7142857, 47.4285714, 34.8571429, 50.1904762, 36.6666667, 52.0, 66.5238095, 49.7936508, 28.2539683, 59.6190476, 53.3015873, 55.8095238, 39.0793651, 60.8253968, 28.8571429, 63.4285714, 54.7142857, 60.4285714, 36.4761905, 55.015873, 46.3015873, 68.047619, 42.4920635, 51.4126984, 41.0952381, 69.2539683, 42.0952381, 67.047619, 48.7142857, 44.8095238, 41.8571429, 76.4285714, 53.2857143, 30.1428571] },
    { to: [1, 1], expected: [48.9714286] },
    { to: [5, 2], expected: [33.1428571, 44.5714286, 61.2857143, 43.8571429, 46.1428571, 57.5714286, 45.4285714, 56.8571429, 59.1428571, 41.7142857] },
];
// biome-ignore format: one row a case
const volumes: readonly { to: readonly [number, number, number]; expected: readonly number[] }[] = [
    { to: [3, 2, 4], expected: [-14.0666667, -1.4, -3.95, -10.65, 10.5, -4.5, 1.25, 5.6166667, -0.1333333, 12.5333333, -2.4666667, 10.2, 16.1333333, -4.4, -2.8, -12.2666667, 5.5, -6.7333333, 3.1666667, 2.0, -3.1333333, 12.3, -2.7, 7.2] },
    { to: [6, 2, 7], expected: [-19.3333333, -18.5714286, -9.7142857, 11.0, -7.8095238, -14.7619048, -14.0, 8.0, 8.7619048, 1.8095238, -17.0, 3.7142857, 12.5714286, 13.3333333, -9.3333333, -8.5714286, 0.2857143, 21.0, -7.6904762, -12.6666667, -4.0, 18.0, 2.952381, -7.952381, -7.0, 3.8333333, 2.8095238, -4.3333333, -0.6111111, 2.7857143, 10.984127, 25.1111111, -6.8730159, -7.2380952, 9.3333333, 26.7222222, -1.5, -14.3809524, 6.3333333, 0.6984127, -8.8888889, -18.6666667, -5.7222222, 8.2142857, 13.7777778, 1.5555556, -4.0793651, 6.0952381, 22.6666667, 21.6111111, 3.9285714, -1.047619, 19.6666667, -12.3174603, -16.6349206, -5.3333333, 3.0, 3.7619048, 0.7619048, -8.1666667, 2.6666667, 7.5714286, 8.3333333, 2.6666667, 3.4285714, 8.3333333, 19.1666667, -9.5238095, -8.5714286, 8.0, 13.0, -2.047619, -12.952381, -12.0, 8.7142857, 5.7142857, -9.3333333, -15.0, 1.5714286, 14.3809524, 15.3333333, -3.4761905, 1.4285714, 18.0] },
    { to: [2, 5, 3], expected: [-18.4, 11.4, -8.6, -6.88, 6.32, -10.36, 10.4, -1.3, -13.0, 7.76, -3.94, -0.7, 6.0, -5.7, 7.5, 5.0, -6.7, 6.5, 3.24, -1.82, 8.06, 0.6, 5.5, 10.4, 2.94, 7.84, -2.2, 4.5, 9.4, -10.6] },
];

describe('resizing a plane', () => {
  it('averages whole samples when it halves', () => {
    assertClose(resizePlane(new Float32Array([1, 2, 3, 4]), [1, 4], [1, 2]), [1.5, 3.5]);
  });

  it('weighs a sample that is cut in two by the share on each side', () => {
    // By hand: (1 + 2/2) / 1.5 and (2/2 + 3) / 1.5
    assertClose(resizePlane(new Float32Array([1, 2, 3]), [1, 3], [1, 2]), [4 / 3, 8 / 3]);
  });

  it('interpolates between centres when it doubles, and holds the value beyond the outermost centre', () => {
    assertClose(resizePlane(new Float32Array([0, 10]), [1, 2], [1, 4]), [0, 2.5, 7.5, 10]);
  });

  it('treats each axis on its own: one may grow while the other shrinks', () => {
    assertClose(resizePlane(new Float32Array([0, 10, 20, 30]), [2, 2], [4, 1]), [5, 10, 20, 25]);
  });

  for (const { to, expected } of planes) {
    it(`gives numpy's numbers from 5 x 7 to ${to.join(' x ')}`, () => {
      assertClose(resizePlane(plane, [5, 7], to), expected);
    });
  }

  it('copies a plane that keeps its size', () => {
    assert.deepEqual(resizePlane(plane, [5, 7], [5, 7]), plane);
  });

  it('keeps the mean when it shrinks', () => {
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const to of [
      [1, 1],
      [2, 3],
      [4, 6],
      [5, 5],
    ] as const) {
      assert.ok(Math.abs(mean(resizePlane(plane, [5, 7], to)) - mean(plane)) < 1e-4);
    }
  });

  it('keeps a constant plane constant at every size', () => {
    const constant = new Int16Array(36).fill(-850);
    for (let size = 1; size <= 40; size++) {
      const resized = resizePlane(constant, [6, 6], [size, 41 - size]);
      assertClose(resized, new Array(resized.length).fill(-850), 1e-3);
    }
  });

  it('gives the same for HU, grey values and floats, and for a view into a larger array', () => {
    const bytes = Uint8Array.from(plane);
    const view = Int16Array.from([7, 7, 7, ...plane, 7]).subarray(3, 38);
    const expected = resizePlane(plane, [5, 7], [3, 9]);
    assert.deepEqual(resizePlane(bytes, [5, 7], [3, 9]), expected);
    assert.deepEqual(resizePlane(view, [5, 7], [3, 9]), expected);
  });

  it('stretches a single sample over any size', () => {
    assertClose(resizePlane(new Float32Array([3]), [1, 1], [2, 2]), [3, 3, 3, 3]);
  });

  it('writes into the array it is given, plane after plane with the same weights', () => {
    const plan = planResize([5, 7], [3, 4]);
    const out = new Float32Array(12);
    assert.equal(resizePlaneBy(plan, new Int16Array(35).fill(9), out), out);
    assertClose(out, new Array(12).fill(9));
    resizePlaneBy(plan, plane, out);
    assert.deepEqual(out, resizePlane(plane, [5, 7], [3, 4]));
  });

  it('refuses a plane that does not have its size, and sizes that are no sizes', () => {
    assert.throws(() => resizePlane(plane, [5, 6], [2, 2]), RangeError);
    assert.throws(() => resizePlane(plane, [5, 7], [2, 2], new Float32Array(5)), RangeError);
    assert.throws(() => resizePlane(plane, [5, 7], [0, 2]), RangeError);
    assert.throws(() => resizePlane(plane, [5, 7], [2.5, 2]), RangeError);
  });
});

describe('resizing a volume', () => {
  for (const { to, expected } of volumes) {
    it(`gives numpy's numbers from 4 x 3 x 5 to ${to.join(' x ')}`, () => {
      assertClose(resizeSlices(sliceOf(volume), [4, 3, 5], to), expected);
    });
  }

  it('takes slices that are made on the way, in order, and undefined for an empty one', () => {
    const asked: number[] = [];
    const slice = (z: number) => {
      asked.push(z);
      return z === 1 ? undefined : volume.subarray(z * 15, z * 15 + 15);
    };
    const zeroed = Int16Array.from(volume).fill(0, 15, 30);
    assert.deepEqual(
      resizeSlices(slice, [4, 3, 5], [6, 2, 4]),
      resizeSlices(sliceOf(zeroed), [4, 3, 5], [6, 2, 4]),
    );
    assert.deepEqual(asked, [0, 1, 2, 3]);
  });

  it('refuses slices that are not of their shape', () => {
    assert.throws(() => resizeSlices(sliceOf(volume), [4, 3, 4], [2, 2, 2]), RangeError);
  });
});
