import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { generatePhantom, type Phantom } from '../../../src/sandbox/phantom/generate-phantom.ts';
import type { Pathology } from '../../../src/sandbox/phantom/lesions.ts';

// A coarse grid, 8 mm slices: fast, and the patient is the same as on a fine one.
const coarse = (seed: number, pathology: Pathology) =>
  generatePhantom({ seed, shape: [36, 96, 96], spacingMm: [8, 3.75, 3.75], pathology });

/** Mean position [z, y, x] of the voxels that satisfy a condition, as a part of the shape. */
function centre(
  { shape, lobes }: Phantom,
  wanted: (i: number) => boolean,
): readonly [number, number, number] {
  const sum = [0, 0, 0];
  let count = 0;
  const [nz, ny, nx] = shape;
  for (let i = 0; i < lobes.length; i += 1) {
    if (!wanted(i)) continue;
    count += 1;
    const at = [Math.floor(i / (ny * nx)) / nz, (Math.floor(i / nx) % ny) / ny, (i % nx) / nx];
    at.forEach((part, axis) => {
      sum[axis] = (sum[axis] as number) + part;
    });
  }
  assert.ok(count > 0);
  return [0, 1, 2].map((axis) => (sum[axis] as number) / count) as unknown as readonly [
    number,
    number,
    number,
  ];
}

function meanHu({ hu }: Phantom, wanted: (i: number) => boolean): number {
  const values = Array.from(hu.filter((_, i) => wanted(i)));
  return values.reduce((a, b) => a + b, 0) / values.length;
}

describe('a covid-19 phantom', () => {
  let phantom: Phantom;
  before(() => {
    phantom = coarse(1, 'covid-19');
  });

  test('is the same for the same seed and another for another', () => {
    const again = coarse(1, 'covid-19');
    assert.deepEqual(again.hu, phantom.hu);
    assert.deepEqual(again.truth, phantom.truth);
    assert.notDeepEqual(coarse(2, 'covid-19').hu, phantom.hu);
  });

  test('has adult lungs, right ones on the right, and five lobes where they belong', () => {
    const { truth, lobes } = phantom;
    assert.ok(truth.lungMl > 2500 && truth.lungMl < 6500, `${truth.lungMl}`);
    assert.ok(truth.lobes.every(({ lungMl }) => lungMl > 200));
    const middle = (label: number) => centre(phantom, (i) => lobes[i] === label);
    const [rul, rml, rll] = [middle(1), middle(2), middle(3)];
    const [lul, lll] = [middle(4), middle(5)];
    // x grows to the patient's left, y to the back, z to the head.
    for (const right of [rul, rml, rll]) assert.ok(right[2] < 0.5);
    for (const left of [lul, lll]) assert.ok(left[2] > 0.5);
    assert.ok(rul[0] > rml[0] && rul[0] > rll[0] && lul[0] > lll[0]);
    assert.ok(rml[1] < rll[1] && lul[1] < lll[1]);
  });

  test('is diseased on both sides, at the back and below, in tens to hundreds of millilitres', () => {
    const { truth, lobes, opacities } = phantom;
    assert.ok(truth.opacityMl > 50 && truth.opacityMl < 600, `${truth.opacityMl}`);
    assert.ok(truth.right.opacityMl > 30 && truth.left.opacityMl > 30);
    const lung = centre(phantom, (i) => (lobes[i] as number) > 0);
    const disease = centre(phantom, (i) => opacities[i] === 1);
    assert.ok(disease[0] < lung[0] && disease[1] > lung[1]);
    assert.ok(opacities.every((opacity, i) => opacity === 0 || (lobes[i] as number) > 0));
  });

  test('has the HU of a chest: air, lung, ground glass, soft tissue, bone', () => {
    const { hu, lobes, opacities, shape } = phantom;
    const near = (value: number, low: number, high: number) =>
      assert.ok(value >= low && value <= high, `${value} is not within ${low} and ${high}`);
    near(
      meanHu(phantom, (i) => i % shape[2] === 0),
      -1010,
      -970,
    );
    near(
      meanHu(phantom, (i) => (lobes[i] as number) > 0 && opacities[i] === 0),
      -880,
      -740,
    );
    near(
      meanHu(phantom, (i) => opacities[i] === 1),
      -600,
      -250,
    );
    assert.ok(hu.some((value) => value > 300));
    assert.ok(hu.every((value) => value >= -1024 && value <= 3071));
    const soft = hu.filter((value) => value > 20 && value < 90).length;
    assert.ok(soft / hu.length > 0.1);
  });

  test('is the same patient on a finer grid', () => {
    const finer = generatePhantom({
      seed: 1,
      shape: [48, 96, 96],
      spacingMm: [6, 3.75, 3.75],
      pathology: 'covid-19',
    });
    assert.ok(Math.abs(finer.truth.lungMl / phantom.truth.lungMl - 1) < 0.03);
    assert.ok(Math.abs(finer.truth.opacityMl / phantom.truth.opacityMl - 1) < 0.15);
  });
});

test('a phantom without disease has no opacity, and the lungs of the diseased one', () => {
  const none = coarse(1, 'none');
  assert.equal(none.truth.opacityMl, 0);
  assert.ok(none.opacities.every((opacity) => opacity === 0));
  assert.deepEqual(none.lobes, coarse(1, 'covid-19').lobes);
});

test('lobar pneumonia keeps to the right lower lobe but for voxels that the fissure shares', () => {
  // Thin slices: a thick one across a slanted fissure is shared by two lobes.
  const { truth } = generatePhantom({
    seed: 1,
    shape: [90, 64, 64],
    spacingMm: [3, 5.6, 5.6],
    pathology: 'lobar-pneumonia',
  });
  assert.ok(truth.opacityMl > 50, `${truth.opacityMl}`);
  for (const { lobe, opacityMl } of truth.lobes) {
    if (lobe !== 'RLL') assert.ok(opacityMl < 0.03 * truth.opacityMl, `${lobe} ${opacityMl}`);
  }
});
