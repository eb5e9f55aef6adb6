import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dice, differences, disagreements } from '../../bench/peer/agreement.ts';
import type { PeerFindings } from '../../bench/peer/contestant.ts';
import { lobes } from '../../src/pipeline/types.ts';

function findings(lungMl: number, percent: number, lobePercent: number, covid = 0.5): PeerFindings {
  const region = { lungMl, opacityMl: (lungMl * percent) / 100, percent };
  return {
    classification: {
      decision: covid > 0.45 ? 'covid-19' : 'other-infection',
      probabilities: { 'covid-19': covid, 'other-infection': 1 - covid, 'no-imaging-signs': 0 },
    },
    involvement: {
      ...region,
      right: region,
      left: region,
      lobes: lobes.map((lobe, index) => ({
        ...region,
        lobe,
        score: 1,
        percent: index === 2 ? lobePercent : percent,
      })),
    },
    severity: { score: 5, band: 'mild' },
  };
}

/** Expected values by hand. */
describe('agreement of two pipelines', () => {
  it('says how far volume, involvement and probabilities are apart', () => {
    const apart = differences(findings(4000, 10, 12), findings(4020, 10.25, 12.75, 0.51));
    assert.equal(apart.lungVolume, 0.5);
    assert.equal(apart.involvement, 0.25);
    assert.equal(apart.lobeInvolvement, 0.75);
    assert.ok(Math.abs(apart.probability - 0.01) < 1e-12);
    assert.equal(apart.score, 0);
    assert.equal(apart.decision, 0);
    assert.deepEqual(disagreements(apart), []);
  });

  it('names what is out of tolerance', () => {
    const apart = differences(findings(4000, 10, 12), findings(4000, 11, 12, 0.4));
    assert.deepEqual(disagreements(apart), [
      'involvement differs by 1.000 percentage points (at most 0.5)',
      'a class probability differs by, at most 0.100 (at most 0.02)',
      'decisions that differ 1.000 (at most 0)',
    ]);
  });

  it('takes a number that is none for a disagreement', () => {
    const { lungVolume, ...rest } = differences(findings(4000, 10, 12), findings(4000, 10, 12));
    assert.equal(lungVolume, 0);
    assert.equal(disagreements({ ...rest, lungVolume: Number.NaN }).length, 1);
  });

  it('overlays masks whatever their labels', () => {
    assert.equal(dice(Uint8Array.of(0, 1, 2, 3), Uint8Array.of(0, 0, 5, 1)), 0.8);
    assert.equal(dice(new Uint8Array(2), new Uint8Array(2)), 1);
    assert.throws(() => dice(new Uint8Array(2), new Uint8Array(3)), RangeError);
  });
});
