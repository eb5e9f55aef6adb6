import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figureOf } from '../../bench/figure.ts';
import { interleave, type Sample } from '../../bench/interleave.ts';
import { contestants, lobarStages, peerStages, timeFigures } from '../../bench/peer/peer-figures.ts';
import { stageQuantity } from '../../bench/peer/stage-quantity.ts';

function sampleOf(wallMs: number): Sample {
  const stages = [...lobarStages, ...peerStages].map((stage) => [stageQuantity(stage), 10]);
  return { wallMs, cpuMs: 2 * wallMs, coldWallMs: 3 * wallMs, peakRss: 900, ...Object.fromEntries(stages) };
}

describe('figures of the peer suite', () => {
  it('puts the time of the pipeline in Python over that of Lobar, INT8 against fp32 too', async () => {
    const wallMs = { 'lobar fp32': 5000, 'peer fp32': 8000, 'lobar int8': 4000, 'peer int8': 7000 };
    const cases = Object.fromEntries(
      contestants.map((name) => [name, async () => sampleOf(wallMs[name])]),
    ) as Record<(typeof contestants)[number], () => Promise<Sample>>;
    const figures = timeFigures('study', await interleave(3, cases)).map((draft) => figureOf('peer', draft));
    const of = (name: string) => figures.find(({ metric }) => metric === name);
    const fp32 = of('peer fp32 / lobar fp32: wall');
    assert.deepEqual([fp32?.value, fp32?.target, fp32?.ok], [1.6, '>= 1.5', true]);
    const int8 = of('peer fp32 / lobar int8: wall');
    assert.deepEqual([int8?.value, int8?.target, int8?.ok], [2, '>= 2.5', false]);
    assert.equal(of('lobar fp32: wall, cold')?.value, 15);
    assert.equal(of('peer fp32: of its wall, lungs: network')?.value, 0.01);
  });
});
