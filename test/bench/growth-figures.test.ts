import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GrowthCaseName, growthFigures, sizes } from '../../bench/growth/growth-figures.ts';
import { interleave, type Sample } from '../../bench/interleave.ts';

/** Figures of one round in which a study of n slices takes these. */
async function figuresOf(wallMs: (slices: number) => number, aboveRestMb: (slices: number) => number) {
  const stages = ['find', 'retrieve', 'lungs', 'classify', 'opacities', 'quantify', 'report', 'publish'];
  const sample = (n: number): Sample => ({
    ...Object.fromEntries(stages.map((stage) => [stage, n])),
    wallMs: wallMs(n),
    cpuMs: wallMs(n),
    restMb: 400,
    peakMb: 400 + aboveRestMb(n),
  });
  const cases = Object.fromEntries(sizes.map((size) => [`${size} slices`, async () => sample(size)]));
  const figures = growthFigures(await interleave(1, cases as Record<GrowthCaseName, () => Promise<Sample>>));
  return (metric: string) => {
    const found = figures.find((figure) => figure.case === 'growth' && figure.metric === metric);
    return Number(found?.values[0]?.toFixed(9));
  };
}

describe('the figures of growth', () => {
  it('are those of the line where cost is in proportion, beside what every study costs', async () => {
    const of = await figuresOf(
      (n) => 500 + 20 * n,
      (n) => 2 * n,
    );
    assert.deepEqual(
      ['wall: slope', 'wall: R2 of the line', 'wall: the line at 0 slices'].map(of),
      [20, 1, 500],
    );
    assert.deepEqual(['peak RSS: slope', 'peak RSS: the line at 0 slices'].map(of), [2, 400]);
    assert.equal(of('wall: one slice more, 600 to 1,200 / 150 to 300'), 1);
    // 24,500 / 1,200 beside 6,500 / 300.
    assert.equal(of('wall a slice, of 1,200 / of 300'), Number((24_500 / 1200 / (6500 / 300)).toFixed(9)));
    assert.equal(of('peak RSS above that at rest a slice, of 1,200 / of 300'), 1);
  });

  it('tell what grows with the square', async () => {
    const of = await figuresOf(
      (n) => n ** 2,
      (n) => n ** 2,
    );
    assert.equal(of('wall a slice, of 1,200 / of 300'), 4);
    assert.equal(of('peak RSS above that at rest a slice, of 1,200 / of 300'), 4);
    // (1200^2 - 600^2) / 600 = 1800 beside (300^2 - 150^2) / 150 = 450.
    assert.equal(of('wall: one slice more, 600 to 1,200 / 150 to 300'), 4);
  });
});
