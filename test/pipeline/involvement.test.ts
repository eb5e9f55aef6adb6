import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { lobeScore, lungVolumeMl, measureInvolvement } from '../../src/pipeline/involvement.ts';
import type { PipelineMasks } from '../../src/pipeline/types.ts';
import { readGreyPng } from '../support/read-png.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { labelsOf } from '../support/small-volume.ts';

/** PIPELINE.md 6. */
const noiseFloorMl = 0.1;

/** A right upper lobe of so many voxels in one row, the first of them opaque. */
function rightUpperLobe(lungVoxels: number, opaqueVoxels: number): PipelineMasks {
  const shape = [1, 1, lungVoxels] as const;
  return {
    lobes: labelsOf(shape, () => 1),
    opacities: labelsOf(shape, (_z, _y, x) => (x < opaqueVoxels ? 1 : 0)),
  };
}

function scoreOf(lungVoxels: number, opaqueVoxels: number, spacing: readonly [number, number, number]) {
  const { involvement } = measureInvolvement(rightUpperLobe(lungVoxels, opaqueVoxels), spacing, noiseFloorMl);
  return involvement.lobes[0]?.score;
}

describe('involvement', () => {
  it('counts mL and percent of the lungs, of each lung and of each lobe', () => {
    // By hand. Slice z holds lobe z + 1, ten voxels each of 2 x 1 x 0.5 mm = 0.001 mL; z of them are opaque.
    const shape = [5, 1, 10] as const;
    const masks = {
      lobes: labelsOf(shape, (z) => z + 1),
      opacities: labelsOf(shape, (z, _y, x) => (x < z ? 1 : 0)),
    };
    const { involvement } = measureInvolvement(masks, [2, 1, 0.5], 0.002);
    assert.deepEqual(involvement, {
      lungMl: 0.05,
      opacityMl: 0.01,
      percent: 20,
      right: { lungMl: 0.03, opacityMl: 0.003, percent: 10 },
      left: { lungMl: 0.02, opacityMl: 0.007, percent: 35 },
      lobes: [
        { lobe: 'RUL', lungMl: 0.01, opacityMl: 0, percent: 0, score: 0 },
        { lobe: 'RML', lungMl: 0.01, opacityMl: 0.001, percent: 10, score: 0 },
        { lobe: 'RLL', lungMl: 0.01, opacityMl: 0.002, percent: 20, score: 2 },
        { lobe: 'LUL', lungMl: 0.01, opacityMl: 0.003, percent: 30, score: 3 },
        { lobe: 'LLL', lungMl: 0.01, opacityMl: 0.004, percent: 40, score: 3 },
      ],
    });
  });

  it('does not count opacity outside the lungs', () => {
    const shape = [1, 1, 10] as const;
    const masks = {
      lobes: labelsOf(shape, (_z, _y, x) => (x < 4 ? 5 : 0)),
      opacities: labelsOf(shape, (_z, _y, x) => (x >= 3 ? 1 : 0)),
    };
    const { involvement } = measureInvolvement(masks, [10, 10, 10], noiseFloorMl);
    assert.deepEqual([involvement.lungMl, involvement.opacityMl, involvement.percent], [4, 1, 25]);
    assert.deepEqual(involvement.right, { lungMl: 0, opacityMl: 0, percent: 0 });
  });

  it('rounds nothing', () => {
    const { involvement } = measureInvolvement(rightUpperLobe(3, 1), [1, 1, 1], noiseFloorMl);
    assert.equal(involvement.percent, 100 / 3);
    assert.equal(involvement.lungMl, 0.003);
  });

  it('is zero, not NaN, without any lung', () => {
    const empty = labelsOf([2, 3, 3], () => 0);
    const { involvement, mostAffectedSlice } = measureInvolvement(
      { lobes: empty, opacities: empty },
      [1, 1, 1],
      noiseFloorMl,
    );
    assert.deepEqual([involvement.lungMl, involvement.opacityMl, involvement.percent], [0, 0, 0]);
    assert.ok(involvement.lobes.every(({ percent, score }) => percent === 0 && score === 0));
    assert.equal(mostAffectedSlice, undefined);
  });

  it('names the slice with most opacity inside the lungs, the lowest of equals', () => {
    const shape = [5, 1, 8] as const;
    const lobes = labelsOf(shape, (_z, _y, x) => (x < 4 ? 3 : 0));
    const areas = [0, 2, 3, 3, 1];
    const inside = labelsOf(shape, (z, _y, x) => (x < (areas[z] as number) ? 1 : 0));
    assert.equal(measureInvolvement({ lobes, opacities: inside }, [1, 1, 1], 0).mostAffectedSlice, 2);
    // All of slice 4 is opaque, but only outside the lungs.
    const outside = labelsOf(shape, (z, _y, x) => (z === 4 ? Number(x >= 4) : Number(z === 1 && x === 0)));
    assert.equal(measureInvolvement({ lobes, opacities: outside }, [1, 1, 1], 0).mostAffectedSlice, 1);
  });

  it('gives the volume of the lungs', () => {
    // By hand: 2 of 5 voxels a row, 12 rows, 1.5 x 2 x 4 mm = 0.012 mL.
    const lobes = labelsOf([3, 4, 5], (_z, _y, x) => (x === 1 || x === 2 ? x : 0));
    assert.equal(lungVolumeMl(lobes, [1.5, 2, 4]), 24 * 0.012);
    assert.equal(
      lungVolumeMl(
        labelsOf([1, 1, 3], () => 0),
        [1, 1, 1],
      ),
      0,
    );
    assert.equal(
      lungVolumeMl(
        labelsOf([1, 1, 3], () => 4),
        [10, 10, 10],
      ),
      3,
    );
  });
});

describe("a lobe's score", () => {
  const cubicMm = [1, 1, 1] as const;

  // PIPELINE.md 6; each percentage is exact: so many voxels of 10,000 (10 mL).
  for (const [opaque, score] of [
    [0, 0],
    [499, 1],
    [500, 2],
    [2500, 2],
    [2501, 3],
    [5000, 3],
    [5001, 4],
    [7500, 4],
    [7501, 5],
    [10_000, 5],
  ] as const) {
    it(`is ${score} at ${opaque / 100} %`, () => {
      assert.equal(scoreOf(10_000, opaque, cubicMm), score);
    });
  }

  it('is 0 below the noise floor of 0.1 mL, however much of the lobe that is, and counts from 0.1 mL on', () => {
    assert.equal(scoreOf(100, 99, cubicMm), 0);
    assert.equal(scoreOf(100, 100, cubicMm), 5);
    assert.equal(scoreOf(10_000, 99, cubicMm), 0);
    assert.equal(scoreOf(10_000, 100, cubicMm), 1);
  });

  it('takes the noise floor in mL, not in voxels', () => {
    // 0.5 x 0.5 x 0.5 mm = 0.000125 mL: 800 voxels are 0.1 mL.
    assert.equal(scoreOf(10_000, 799, [0.5, 0.5, 0.5]), 0);
    assert.equal(scoreOf(10_000, 800, [0.5, 0.5, 0.5]), 2);
  });

  it('takes the percentage of voxels, so that its edges are exact at any voxel size', () => {
    // With 0.0006 mL a voxel, the quotient of the two volumes comes out as 5.000000000000001 % in float64.
    for (const lung of [2100, 2180, 3420]) {
      const { involvement } = measureInvolvement(rightUpperLobe(lung, lung / 20), [1, 0.6, 1], 0);
      assert.equal(involvement.percent, 5);
    }
  });

  it('is 0 without opacity even if there is no noise floor', () => {
    assert.equal(lobeScore({ opacityMl: 0, percent: 0 }, 0), 0);
    assert.equal(lobeScore({ opacityMl: 0.001, percent: 0.01 }, 0), 1);
  });
});

describe('involvement of two real patients', { skip: sharedDataMissing }, () => {
  /** The expert's masks of one patient, left half of the pictures as RUL, right half as LUL. */
  function masksOf(patient: '0' | '1'): PipelineMasks {
    const names = readdirSync(sharedData('covid-masks', 'lungs'));
    const mine = names.filter((name) => name.startsWith(patient) && name.endsWith('.png')).sort();
    const read = (kind: string) =>
      mine.map((name) => readGreyPng(sharedData('covid-masks', kind, name)).data);
    const [lungs, covid] = [read('lungs'), read('covid')];
    const shape = [mine.length, 256, 256] as const;
    const at = (planes: Uint8Array[], z: number, y: number, x: number) => planes[z]?.[y * 256 + x] !== 0;
    return {
      lobes: labelsOf(shape, (z, y, x) => (at(lungs, z, y, x) ? (x < 128 ? 1 : 4) : 0)),
      opacities: labelsOf(shape, (z, y, x) => Number(at(covid, z, y, x))),
    };
  }

  // Counted with numpy from the same PNGs. Patient 1 has one voxel of opacity outside the lungs (54,888 in all).
  for (const { patient, lung, opaque, left, right, slice } of [
    {
      patient: '0',
      lung: 592917,
      opaque: 84709,
      left: 16.705375891832713,
      right: 11.385708880200026,
      slice: 20,
    },
    {
      patient: '1',
      lung: 293064,
      opaque: 54887,
      left: 17.169489409512714,
      right: 20.829495302249953,
      slice: 11,
    },
  ] as const) {
    it(`is ${((opaque * 100) / lung).toFixed(2)} % in patient ${patient}`, () => {
      const { involvement, mostAffectedSlice } = measureInvolvement(
        masksOf(patient),
        [1, 1, 1],
        noiseFloorMl,
      );
      assert.equal(involvement.lungMl, lung * 0.001);
      assert.equal(involvement.opacityMl, opaque * 0.001);
      assert.equal(involvement.percent, (opaque * 100) / lung);
      assert.equal(involvement.right.percent, left);
      assert.equal(involvement.left.percent, right);
      assert.equal(mostAffectedSlice, slice);
    });
  }
});
