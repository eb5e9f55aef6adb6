import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyPlane, readPlane } from '../../src/report/pictures/body-plane.ts';
import { choosePlanes } from '../../src/report/pictures/choose-planes.ts';
import { surveyMasks } from '../../src/report/pictures/survey-masks.ts';
import type { CtVolume, Shape3 } from '../../src/volume/types.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

describe('a plane of the body', () => {
  // HU say where a voxel is: hundreds z, tens y, ones x.
  const volume = volumeOf([3, 4, 5], [2, 1, 1], (z, y, x) => 100 * z + 10 * y + x);
  const box = { start: [0, 1, 2], end: [3, 4, 5] } as const;
  const rows = (kind: Parameters<typeof bodyPlane>[1], index: number) => {
    const plane = bodyPlane(volume, kind, index, box);
    const values = [...readPlane(volume.data, plane)];
    return Array.from({ length: plane.size[0] }, (_, row) =>
      values.slice(row * plane.size[1], (row + 1) * plane.size[1]),
    );
  };

  it('is seen from the feet, the patient’s right on the left and the front above', () => {
    assert.deepEqual(rows('transverse', 1), [
      [112, 113, 114],
      [122, 123, 124],
      [132, 133, 134],
    ]);
  });

  it('is seen from the front, the head above and the patient’s right on the left', () => {
    assert.deepEqual(rows('coronal', 3), [
      [232, 233, 234],
      [132, 133, 134],
      [32, 33, 34],
    ]);
  });

  it('is seen from the left, the head above and the front on the left', () => {
    assert.deepEqual(rows('sagittal', 4), [
      [214, 224, 234],
      [114, 124, 134],
      [14, 24, 34],
    ]);
  });

  it('has its position at its centre, also in an oblique scan', () => {
    const straight: CtVolume = { ...volume, originMm: [-10, 20, -300.5] };
    const position = (scan: CtVolume, kind: Parameters<typeof bodyPlane>[1], index: number) =>
      bodyPlane(scan, kind, index, box).positionMm;
    assert.equal(position(straight, 'transverse', 2), -300.5 + 2 * 2);
    assert.equal(position(straight, 'coronal', 3), 20 + 3);
    assert.equal(position(straight, 'sagittal', 1), -10 + 1);
    // By hand, tilted by the angle whose sine is 0.6: z of the centre is 0.8 * 2 * 2 + 0.6 * 1.5.
    const tilted: CtVolume = {
      ...volume,
      direction: { x: [1, 0, 0], y: [0, 0.8, 0.6], z: [0, -0.6, 0.8] },
    };
    assert.ok(Math.abs(position(tilted, 'transverse', 2) - 4.1) < 1e-9);
  });
});

describe('the planes that are shown', () => {
  const shape: Shape3 = [100, 60, 80];
  const spacingMm = [3, 2, 2] as const;
  const lobes = labelsOf(shape, (z, y, x) =>
    Number(z >= 20 && z < 80 && y >= 20 && y < 40 && x >= 10 && x < 70),
  );
  const chosen = (opacity: (z: number, y: number, x: number) => boolean) => {
    const opacities = labelsOf(shape, (z, y, x) => Number(opacity(z, y, x)));
    return choosePlanes(surveyMasks({ lobes, opacities }), spacingMm);
  };

  it('are cropped to the lungs and 20 mm around them, within the volume', () => {
    // By hand: 7 voxels of 3 mm, 10 of 2 mm; 70 + 10 is the end of x.
    assert.deepEqual(chosen(() => false).box, { start: [13, 10, 0], end: [87, 50, 80] });
  });

  it('show the most opacity: the slice, one of each third of the height, and one from each side', () => {
    const planes = chosen(
      (z, y, x) =>
        (z === 70 && y < 40 && x < 30 && y >= 25) ||
        (z === 75 && y === 30 && x < 20) ||
        (z === 45 && y === 22 && x === 60) ||
        (z === 22 && y === 22 && x >= 60),
    );
    assert.equal(planes.mostAffected, 70);
    // By hand: thirds begin at 20, 40 and 60. 75 is 15 mm from the most affected slice, so the upper third shows
    // another one, the middle of those that are at least 20 mm away: of 60 to 63 and 77 to 79 the fourth.
    assert.deepEqual([planes.lower, planes.middle, planes.upper], [22, 45, 63]);
    // By hand: y = 30 has 20 and 10 voxels of x, any other y of the large one 20. Its x, 10 to 29, have 15, and of
    // those 10 to 19 one more.
    assert.equal(planes.coronal, 30);
    assert.equal(planes.sagittal, 10);
  });

  it('are in the middle where there is no opacity, and not the same one twice', () => {
    const planes = chosen(() => false);
    assert.equal(planes.mostAffected, 50);
    assert.equal(planes.upper, 70);
    assert.equal(planes.lower, 30);
    // By hand: of 40 to 59 those at least 7 slices from 50 are 40 to 43 and 57 to 59; the fourth is 43.
    assert.equal(planes.middle, 43);
    assert.equal(planes.coronal, 30);
    assert.equal(planes.sagittal, 25);
  });

  it('do not count what lies outside the lungs', () => {
    assert.equal(chosen((z, y, x) => z === 5 && y < 60 && x < 80).mostAffected, 50);
  });

  it('are there in a volume of one slice without lungs', () => {
    const none = labelsOf([1, 4, 4], () => 0);
    const planes = choosePlanes(surveyMasks({ lobes: none, opacities: none }), [1, 1, 1]);
    assert.deepEqual(planes, {
      box: { start: [0, 0, 0], end: [1, 4, 4] },
      mostAffected: 0,
      upper: 0,
      middle: 0,
      lower: 0,
      coronal: 2,
      sagittal: 1,
    });
  });
});
