import { bcetStretch, type StretchTargets } from './bcet.ts';
import { type PlaneSize, planAxis } from './resize-plan.ts';
import { openKernels } from './simd/open-kernels.ts';
import type { WindowHu } from './window.ts';

/**
 * What becomes of one slice before a network sees it (PIPELINE.md 3 to 5), in memory that is used again for the next.
 * Slice by slice: write `hu`, resize, and then change the plane in place, each value in float64 and rounded to float32.
 */
export interface SlicePlane {
  /** The slice in HU, [y, x] of the size to resize from. */
  readonly hu: Int16Array;
  /** [y, x] of the size to resize to. */
  readonly plane: Float32Array;
  /** Makes the plane of the slice: `resizePlane` (resize.ts), bit for bit. */
  resize(): void;
  /** {@link WindowHu}: its lower edge becomes 0 and its upper edge 1, clipped to [0, 1]; `windowHu`, bit for bit. */
  window(window: WindowHu): void;
  /**
   * Balance contrast enhancement (bcet.ts): the plane then lies in [low, high], as a parabola that folds is clipped. A
   * constant plane becomes `low`.
   */
  stretch(targets: StretchTargets): void;
}

export function openSlicePlane(from: PlaneSize, to: PlaneSize): SlicePlane {
  const height = planAxis(from[0], to[0]);
  const width = planAxis(from[1], to[1]);
  const { kernels, arrays } = openKernels({
    hu: [Int16Array, from[0] * from[1]],
    plane: [Float32Array, to[0] * to[1]],
    row: [Float64Array, from[1]],
    rowFirst: [Int32Array, height.first.length],
    rowWeights: [Float64Array, height.weights.length],
    columnFirst: [Int32Array, width.first.length],
    columnWeights: [Float64Array, width.weights.length],
    sums: [Float64Array, 4],
  });
  const { hu, plane, row, rowFirst, rowWeights, columnFirst, columnWeights, sums } = arrays;
  rowFirst.set(height.first);
  rowWeights.set(height.weights);
  columnFirst.set(width.first);
  columnWeights.set(width.weights);
  const at = plane.byteOffset;
  return {
    hu,
    plane,
    resize() {
      if (from[0] === to[0] && from[1] === to[1]) {
        plane.set(hu);
        return;
      }
      kernels.resizeInts(
        hu.byteOffset,
        from[1],
        to[0],
        rowFirst.byteOffset,
        rowWeights.byteOffset,
        height.taps,
        to[1],
        columnFirst.byteOffset,
        columnWeights.byteOffset,
        width.taps,
        row.byteOffset,
        at,
      );
    },
    window({ level, width: across }) {
      kernels.windowPlane(at, plane.length, level - across / 2, across);
    },
    stretch(targets) {
      kernels.planeSums(at, plane.length, sums.byteOffset);
      const [minimum = 0, maximum = 0, sum = 0, squares = 0] = sums;
      const { low, high } = targets;
      if (!(maximum > minimum)) {
        plane.fill(low);
        return;
      }
      const mean = sum / plane.length;
      const stretch = bcetStretch({ minimum, maximum, mean, meanSquare: squares / plane.length }, targets);
      if (stretch.kind === 'line') {
        const slope = (high - low) / (maximum - minimum);
        for (let i = 0; i < plane.length; i++) plane[i] = low + slope * ((plane[i] as number) - minimum);
        return;
      }
      // a (x - b)^2 + low - a (minimum - b)^2, factored: exact at the minimum, and precise when a nearly straight
      // parabola has its vertex far away.
      kernels.parabola(at, plane.length, low, high, stretch.a, minimum, minimum - 2 * stretch.b);
    },
  };
}
