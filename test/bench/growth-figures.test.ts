import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GrowthCaseName, growthFigures, sizes } from '../../bench/growth/growth-figures.ts';
import { interleave, type Sample } from '../../bench/interleave.ts';

/** Figures of one round in which a study of n slices takes these. */
async function figuresOf(wallMs: (slices: number) => number, aboveRestMb: (slices: number) => number) {
  const figures = await draftsOf(wallMs, aboveRestMb);
  return (metric: string) => {
    const found = figures.find((figure) => figure.case === 'growth' && figure.metric === metric);
    return Number(found?.values[0]?.toFixed(9));
  };
}

async function draftsOf(wallMs: (slices: number) => number, aboveRestMb: (slices: number) => number) {
  const stages = ['find', 'retrieve', 'lungs', 'classify', 'opacities', 'quantify', 'report', 'publish'];
  const sample = (n: number): Sample => ({
    ...Object.fromEntries(stages.map((stage) => [stage, n])),
    wallMs: wallMs(n),
    cpuMs: wallMs(n),
    restMb: 400,
    peakMb: 400 + aboveRestMb(n),
  });
  const cases = Object.fromEntries(sizes.map((size) => [`${size} slices`, async () => sample(size)]));
  return growthFigures(await interleave(1, cases as Record<GrowthCaseName, () => Promise<Sample>>));
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
    assert.equal(of('wall: one slice more, 300 to 1,200 / 50 to 300'), 1);
    // 24,500 / 1,200 beside 6,500 / 300.
    assert.equal(of('wall a slice, of 1,200 / of 300'), Number((24_500 / 1200 / (6500 / 300)).toFixed(9)));
    assert.equal(of('peak RSS above that at rest a slice, of 1,200 / of 300'), 1);
  });

  it('have targets that a cost of every study cannot hide such growth from', async () => {
    const drafts = await draftsOf(
      (n) => 200_000 + n ** 2 / 10,
      (n) => 1000 + n ** 2 / 1000,
    );
    const targets = drafts.filter(({ target }) => target !== undefined);
    assert.deepEqual(
      targets.map(({ metric }) => metric.split(':')[0]),
      ['wall', 'CPU', 'peak RSS'],
    );
    for (const { values } of targets) assert.equal(values[0]?.toFixed(6), (1500 / 350).toFixed(6));
  });

  it('tell what grows with the square', async () => {
    const of = await figuresOf(
      (n) => n ** 2,
      (n) => n ** 2,
    );
    assert.equal(of('wall a slice, of 1,200 / of 300'), 4);
    assert.equal(of('peak RSS above that at rest a slice, of 1,200 / of 300'), 4);
    // (1200^2 - 300^2) / 900 = 1500 beside (300^2 - 50^2) / 250 = 350.
    assert.equal(of('wall: one slice more, 300 to 1,200 / 50 to 300'), Number((1500 / 350).toFixed(9)));
  });
});
