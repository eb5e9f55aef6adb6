import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { segmentTrees, type Trees } from '../../../src/pipeline/trees/segment-trees.ts';
import { chest, covered, type Part } from '../lungs/synthetic-chest.ts';
import { aroundVessels, atHilum, chestWithTrees, inLungs, parts } from './chest-with-trees.ts';

const { vessel, vesselInOpacity, fissure, nodule, mass, opacity, bronchus, bronchusWall } = parts;

describe('airways and vessels for a picture', () => {
  const { volume, lobes, opacities } = chestWithTrees();
  let trees: Trees;
  before(() => {
    trees = segmentTrees(volume, lobes, opacities);
  });

  it('find a vessel in the lungs, voxel by voxel but for its ends', () => {
    assert.ok(covered(trees.vessels.data, vessel) > 0.9, `${covered(trees.vessels.data, vessel)}`);
  });

  it('find most of one among opacities that it is clearly brighter than', () => {
    const share = covered(trees.vessels.data, vesselInOpacity);
    assert.ok(share > 0.7, `${share}`);
  });

  it('take no fissure, nodule, mass, opacity or wall for a vessel', () => {
    const near =
      (part: Part): Part =>
      (z, y, x) =>
        part(z, y, x) && !aroundVessels(z, y, x);
    for (const [name, part] of Object.entries({ fissure, nodule, mass, opacity })) {
      assert.equal(covered(trees.vessels.data, near(part)), 0, name);
    }
    const elsewhere: Part = (z, y, x) => !aroundVessels(z, y, x) && !bronchusWall(z, y, x);
    assert.equal(covered(trees.vessels.data, elsewhere), 0);
  });

  it('follow the airways from the trachea into a bronchus in a lung, and not out of it', () => {
    for (const [name, part] of Object.entries({ trachea: chest.trachea, bronchus })) {
      const share = covered(trees.airways.data, part);
      assert.ok(share > 0.85, `${name}: ${share}`);
    }
    const parenchyma: Part = (z, y, x) => inLungs(z, y, x) && !bronchusWall(z, y, x) && !atHilum(x);
    assert.equal(covered(trees.airways.data, parenchyma), 0);
  });

  it('are empty where there is no lung', () => {
    const none = { data: new Uint8Array(volume.data.length), shape: volume.shape };
    const { airways, vessels } = segmentTrees(volume, none, none);
    assert.deepEqual(airways.shape, volume.shape);
    assert.ok(airways.data.every((voxel) => voxel === 0) && vessels.data.every((voxel) => voxel === 0));
  });
});
