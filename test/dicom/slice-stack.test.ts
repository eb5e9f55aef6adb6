import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { stackSlices } from '../../src/dicom/slice-stack.ts';
import { seriesHeaders, sliceHeader } from './support/headers.ts';

const codes = (headers: readonly InstanceHeader[]) => stackSlices(headers).problems.map(({ code }) => code);
const at = (...heights: readonly number[]) => heights.map((z) => sliceHeader(z));

describe('a stack of slices', () => {
  it('runs from feet to head whatever order the instances come and are numbered in', () => {
    const headers = [3, 1, 2, 0].map((z) => sliceHeader(z, { instanceNumber: 9 - z }));
    const { stack, problems } = stackSlices(headers);
    assert.deepEqual(problems, []);
    assert.deepEqual(stack?.order, [3, 1, 2, 0]);
    assert.deepEqual(stack?.shape, [4, 512, 512]);
    assert.deepEqual(stack?.spacingMm, [1, 0.7, 0.7]);
    assert.deepEqual(stack?.originMm, [-180, -170, 0]);
    assert.deepEqual(stack?.direction, { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] });
  });

  it('runs from feet to head for images seen from above, too', () => {
    const imageOrientationPatient = { row: [-1, 0, 0], column: [0, 1, 0] } as const;
    const headers = [0, 2, 1].map((z) => sliceHeader(z, { imageOrientationPatient }));
    const { stack } = stackSlices(headers);
    assert.deepEqual(stack?.order, [0, 2, 1]);
    // The first column is the leftmost: the origin lies 511 columns of 0.7 mm to the right.
    assert.ok(Math.abs((stack?.originMm[0] ?? 0) - (-180 - 511 * 0.7)) < 1e-9);
  });

  it('has the mean step as spacing, so that its ends lie where they are', () => {
    const { stack, problems } = stackSlices(at(0, 1.25, 2.5, 3.76));
    assert.deepEqual(problems, []);
    assert.ok(Math.abs((stack?.spacingMm[0] ?? 0) - 3.76 / 3) < 1e-12);
  });

  it('keeps one slice a position: the lowest acquisition, then instance number', () => {
    const twice = [
      sliceHeader(0),
      sliceHeader(1, { acquisitionNumber: 2, instanceNumber: 1 }),
      sliceHeader(2),
      sliceHeader(1.005, { acquisitionNumber: 1, instanceNumber: 7 }),
      sliceHeader(1, { acquisitionNumber: 1, instanceNumber: 8 }),
    ];
    const { stack, problems } = stackSlices(twice);
    assert.deepEqual(problems, []);
    assert.deepEqual(stack?.order, [0, 3, 2]);
    assert.deepEqual(stack?.duplicates.toSorted(), [1, 4]);
  });

  it('may have steps that differ from the median by 10 %, not by more', () => {
    assert.deepEqual(codes(at(0, 1, 2, 3.1)), []);
    assert.deepEqual(codes(at(0, 1, 2, 2.9)), []);
    assert.deepEqual(codes(at(0, 1, 2, 3.12)), ['missing-slices']);
    assert.deepEqual(codes(at(0, 1, 2, 4, 5)), ['missing-slices']);
  });

  it('keeps the exact direction of an oblique scan', () => {
    const [c, s] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
    const headers = [0, 1, 2].map((k) =>
      sliceHeader(k, {
        imageOrientationPatient: { row: [1, 0, 0], column: [0, c, s] },
        imagePositionPatient: [0, -s * k, c * k],
      }),
    );
    const { stack, problems } = stackSlices(headers);
    assert.deepEqual(problems, []);
    assert.ok(Math.abs((stack?.spacingMm[0] ?? 0) - 1) < 1e-12);
    assert.ok(Math.abs((stack?.direction.z[1] ?? 0) + s) < 1e-12);
  });

  it('is refused when sheared by a tilted gantry of more than a degree', () => {
    const sheared = (degrees: number) =>
      seriesHeaders(10, 1).map((header, k) => ({
        ...header,
        imagePositionPatient: [-180, -170 + k * Math.tan((degrees * Math.PI) / 180), k] as const,
      }));
    assert.deepEqual(codes(sheared(0.9)), []);
    assert.deepEqual(codes(sheared(1.1)), ['gantry-tilt']);
  });

  it('that is uneven has the usual distance and the upright direction, to be used by force', () => {
    const gap = stackSlices(at(0, 1, 2, 3, 14, 15));
    assert.deepEqual(gap.stack?.spacingMm, [1, 0.7, 0.7]);
    assert.deepEqual(gap.stack?.direction.z, [0, 0, 1]);
    // 6 slices of 15 mm / 5.
    assert.equal(gap.stack?.coverageMm, 18);
    const tilted = stackSlices(
      seriesHeaders(10, 1).map((header, k) => ({
        ...header,
        imagePositionPatient: [-180, -170 + k * Math.tan(Math.PI / 9), k] as const,
      })),
    );
    assert.deepEqual(tilted.stack?.spacingMm, [1, 0.7, 0.7]);
    assert.deepEqual(tilted.stack?.direction.z, [0, 0, 1]);
  });

  it('is none at all beyond 45 degrees from axial', () => {
    const oblique = (degrees: number) => {
      const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return stackSlices(
        [0, 1, 2].map((k) =>
          sliceHeader(k, {
            imageOrientationPatient: { row: [1, 0, 0], column: [0, c, s] },
            imagePositionPatient: [0, -s * k, c * k],
          }),
        ),
      );
    };
    assert.deepEqual(
      oblique(40).problems.map(({ code }) => code),
      ['not-axial'],
    );
    assert.deepEqual(oblique(40).stack?.order, [0, 1, 2]);
    assert.deepEqual(
      oblique(50).problems.map(({ code }) => code),
      ['not-axial'],
    );
    assert.equal(oblique(50).stack, undefined);
  });

  it('is refused when not axial, mixed, shifted, without geometry, or of one position', () => {
    const coronal = { imageOrientationPatient: { row: [1, 0, 0], column: [0, 0, -1] } } as const;
    assert.ok(codes(seriesHeaders(3, 1, coronal)).includes('not-axial'));
    assert.deepEqual(codes([...at(0, 1), sliceHeader(2, { rows: 256 })]), ['mixed-geometry']);
    const shifted = sliceHeader(1, { imagePositionPatient: [-170, -170, 1] });
    assert.deepEqual(codes([...at(0), shifted, ...at(2)]), ['mixed-geometry']);
    const { imagePositionPatient: _, ...nowhere } = sliceHeader(1);
    assert.deepEqual(codes([...at(0), nowhere]), ['no-geometry']);
    assert.deepEqual(codes(at(5, 5)), ['too-few-slices']);
  });
});
