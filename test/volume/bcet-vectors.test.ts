import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { bcetStretch, type StretchTargets } from '../../src/volume/bcet.ts';
import { planeStatistics } from './plain/plain-grey.ts';
import { bcet } from './support/bcet.ts';

interface BcetVector {
  readonly of: string;
  readonly stretch: 'parabola' | 'folded parabola' | 'line';
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** Written by the training recipe, which prepares slices with its own BCET: `python3 -m recipe bcet-vectors`. */
const { targets, vectors }: { targets: StretchTargets; vectors: readonly BcetVector[] } = JSON.parse(
  await readFile(new URL('vectors/bcet.json', import.meta.url), 'utf8'),
);

describe('BCET of a plane the networks were trained with', () => {
  for (const { of, stretch, input, output } of vectors) {
    it(`gives what the recipe in Python gave: ${of}`, () => {
      const plane = new Float32Array(input);
      const found = bcet(plane, targets);
      assert.equal(found.length, output.length);
      for (const [i, expected] of output.entries()) {
        const difference = Math.abs((found[i] ?? Number.NaN) - expected);
        assert.ok(difference <= 1e-6, `at ${i}: ${found[i]} instead of ${expected}`);
      }
      const taken = bcetStretch(planeStatistics(plane), targets);
      const name = taken.kind === 'line' ? 'line' : taken.folded ? 'folded parabola' : 'parabola';
      assert.equal(name, stretch);
    });
  }

  it('is tested with every way there is', () => {
    const ways = new Set(vectors.map(({ stretch }) => stretch));
    assert.deepEqual(ways, new Set(['parabola', 'folded parabola', 'line']));
  });
});
