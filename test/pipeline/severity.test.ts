import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { severityBand, severityOf, severityRanges } from '../../src/pipeline/severity.ts';
import type { LobeScore } from '../../src/pipeline/types.ts';

const severityOfScores = (...scores: LobeScore[]) => severityOf(scores.map((score) => ({ score })));

describe('the CT severity score', () => {
  it('is the sum of the five lobes', () => {
    assert.deepEqual(severityOfScores(1, 0, 3, 2, 5), { score: 11, band: 'moderate' });
    assert.deepEqual(severityOfScores(0, 0, 0, 0, 0), { score: 0, band: 'none' });
    assert.deepEqual(severityOfScores(5, 5, 5, 5, 5), { score: 25, band: 'severe' });
  });

  // PIPELINE.md 6: 0 none, 1-5 mild, 6-14 moderate, 15-25 severe.
  for (const [score, band] of [
    [0, 'none'],
    [1, 'mild'],
    [5, 'mild'],
    [6, 'moderate'],
    [14, 'moderate'],
    [15, 'severe'],
    [25, 'severe'],
  ] as const) {
    it(`is ${band} at ${score}`, () => {
      assert.equal(severityBand(score), band);
    });
  }

  it('has bands from score to score', () => {
    assert.deepEqual(severityRanges, [
      { band: 'none', from: 0, to: 0 },
      { band: 'mild', from: 1, to: 5 },
      { band: 'moderate', from: 6, to: 14 },
      { band: 'severe', from: 15, to: 25 },
    ]);
  });
});
