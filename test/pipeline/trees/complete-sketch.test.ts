import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { completeSketch, type TreeSketch } from '../../../src/pipeline/trees/complete-sketch.ts';
import { draftTrees } from '../../../src/pipeline/trees/draft-trees.ts';
import { lungGrid } from '../../../src/pipeline/trees/lung-grid.ts';
import type { PipelineMasks } from '../../../src/pipeline/types.ts';
import type { CtVolume } from '../../../src/volume/types.ts';
import { chest, covered, type Part } from '../lungs/synthetic-chest.ts';
import { aroundVessels, atHilum, chestWithTrees, inLungs, parts } from './chest-with-trees.ts';

describe('a sketch of airways and vessels', () => {
  const { volume, lobes, opacities } = chestWithTrees();
  let airways: Uint8Array;
  let vessels: Uint8Array;
  before(() => {
    const sketch = sketchOf(volume, { lobes, opacities });
    assert.ok(sketch);
    airways = insideOf(sketch, sketch.airways, volume);
    vessels = insideOf(sketch, sketch.vessels, volume);
  });

  it('holds most of a vessel in the lungs, and of one among opacities', () => {
    for (const part of ['vessel', 'vesselInOpacity'] as const) {
      const share = covered(vessels, parts[part]);
      assert.ok(share > 0.7, `${part}: ${share}`);
    }
  });

  it('takes no fissure, nodule or mass for a vessel', () => {
    for (const part of ['fissure', 'nodule', 'mass', 'opacity'] as const) {
      const alone: Part = (z, y, x) => parts[part](z, y, x) && !aroundVessels(z, y, x);
      assert.equal(covered(vessels, alone), 0, part);
    }
  });

  it('follows the airways as far up as the lungs reach, into a bronchus, and not out of it', () => {
    const trachea: Part = (z, y, x) => chest.trachea(z, y, x) && z <= 63;
    for (const [name, part] of Object.entries({ trachea, bronchus: parts.bronchus })) {
      const share = covered(airways, part);
      assert.ok(share > 0.8, `${name}: ${share}`);
    }
    const parenchyma: Part = (z, y, x) => inLungs(z, y, x) && !parts.bronchusWall(z, y, x) && !atHilum(x);
    assert.equal(covered(airways, parenchyma), 0);
  });

  it('is not there without lungs', () => {
    const none = { data: new Uint8Array(volume.data.length), shape: volume.shape };
    assert.equal(sketchOf(volume, { lobes: none, opacities: none }), undefined);
  });

  it('has blocks of no more than two millions, however large and fine the scan', () => {
    // Nothing but lung: 21.6 million voxels of 1 mm.
    const shape = [240, 300, 300] as const;
    const data = new Int16Array(240 * 300 * 300).fill(-850);
    const filled = new Uint8Array(data.length).fill(1);
    const large = { ...volume, data, shape, spacingMm: [1, 1, 1] } as const;
    const masks = {
      lobes: { data: filled, shape },
      opacities: { data: new Uint8Array(data.length), shape },
    };
    const { grid } = sketchOf(large, masks) as TreeSketch;
    assert.ok(grid.hu.length <= 2_000_000, `${grid.hu.length}`);
    assert.ok(Math.max(...grid.spacingMm) <= 3, `${grid.spacingMm}`);
  });
});

function sketchOf(volume: CtVolume, { lobes, opacities }: PipelineMasks): TreeSketch | undefined {
  const lungs = lungGrid(volume, lobes);
  return lungs && completeSketch(draftTrees(volume, lungs), opacities);
}

/** The voxels of the volume that lie in blocks where a field is 0.5 or more. */
function insideOf({ grid }: TreeSketch, field: Float32Array, { shape }: CtVolume): Uint8Array {
  const out = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let i = 0;
  for (let z = 0; z < grid.shape[0]; z++) {
    for (let y = 0; y < grid.shape[1]; y++) {
      for (let x = 0; x < grid.shape[2]; x++) {
        // Voxels of 2.5 mm are blocks of their own.
        const [k, j, l] = [z + grid.box.start[0], y + grid.box.start[1], x + grid.box.start[2]];
        out[(k * shape[1] + j) * shape[2] + l] = Number((field[i++] as number) >= 0.5);
      }
    }
  }
  return out;
}
