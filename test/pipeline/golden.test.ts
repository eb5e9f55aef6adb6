import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { severityOf } from '../../src/pipeline/severity.ts';
import { type Shape3, type SpacingMm, voxelMl } from '../../src/volume/types.ts';

/** One golden case: exact masks of a phantom, and what NumPy made of them (models/training/phantoms/severity.py). */
interface GoldenCase {
  readonly seed: number;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  readonly lobes: readonly {
    readonly lobe: string;
    readonly lungVoxels: number;
    readonly opacityVoxels: number;
    readonly percent: number;
    readonly score: number;
  }[];
  readonly score: number;
  readonly band: string;
}

const folder = new URL('golden/', import.meta.url);
const noiseFloorMl = 0.1;
const lobeBits = 7;
const opacityBit = 8;

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenCase);

function masksOf({ seed, shape }: GoldenCase) {
  const bits = gunzipSync(readFileSync(new URL(`${seed}.bin.gz`, folder)));
  return {
    lobes: { data: Uint8Array.from(bits, (value) => value & lobeBits), shape },
    opacities: { data: Uint8Array.from(bits, (value) => ((value & opacityBit) === 0 ? 0 : 1)), shape },
  };
}

describe('the golden cases', () => {
  it('are twelve, and all four bands occur among them', () => {
    assert.equal(cases.length, 12);
    assert.deepEqual(new Set(cases.map(({ band }) => band)), new Set(['none', 'mild', 'moderate', 'severe']));
  });

  for (const golden of cases) {
    it(`${golden.seed} has the volumes, scores and band that NumPy counts in its masks`, () => {
      const { involvement } = measureInvolvement(masksOf(golden), golden.spacingMm, noiseFloorMl);
      const ml = voxelMl(golden.spacingMm);
      golden.lobes.forEach((expected, index) => {
        const found = involvement.lobes[index];
        assert.ok(found);
        assert.equal(found.lobe, expected.lobe);
        assert.equal(Math.round(found.lungMl / ml), expected.lungVoxels);
        assert.equal(Math.round(found.opacityMl / ml), expected.opacityVoxels);
        assert.ok(Math.abs(found.percent - expected.percent) < 1e-9, `${found.percent} %`);
        assert.equal(found.score, expected.score);
      });
      assert.deepEqual(severityOf(involvement.lobes), { score: golden.score, band: golden.band });
    });
  }
});
