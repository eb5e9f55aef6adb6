import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figureOf } from '../../bench/figure.ts';
import { spreadOf } from '../../bench/statistics.ts';

describe('what repeated measurements come to', () => {
  it('is the median with its quartiles, interpolated as numpy does', () => {
    // numpy.percentile([7, 1, 3, 10], [25, 50, 75]) gives 2.5, 5, 7.75.
    assert.deepEqual(spreadOf([7, 1, 3, 10]), { median: 5, quartiles: [2.5, 7.75], rounds: 4 });
  });

  it('is the value itself where there is only one', () => {
    assert.deepEqual(spreadOf([4]), { median: 4, quartiles: [4, 4], rounds: 1 });
  });

  it('is refused where there is none', () => {
    assert.throws(() => spreadOf([]), RangeError);
  });
});

describe('a figure', () => {
  const draft = { case: 'raw', metric: 'stream / curl', unit: 'x' };

  it('is one flat line with its target in words and whether it is met', () => {
    assert.deepEqual(figureOf('ingest', { ...draft, values: [1, 2, 1.5], target: { atMost: 1.5 } }), {
      suite: 'ingest',
      ...draft,
      value: 1.5,
      quartiles: [1.25, 1.75],
      rounds: 3,
      target: '<= 1.5',
      ok: true,
    });
  });

  it('judges before it rounds', () => {
    assert.equal(figureOf('ingest', { ...draft, values: [1.500004], target: { atMost: 1.5 } }).ok, false);
  });

  it('takes "at least" and "below" at their word', () => {
    assert.equal(figureOf('ingest', { ...draft, values: [3], target: { atLeast: 3 } }).ok, true);
    assert.equal(figureOf('ingest', { ...draft, values: [15], target: { below: 15 } }).ok, false);
  });

  it('without a target has no verdict', () => {
    const figure = figureOf('ingest', { ...draft, values: [1] });
    assert.ok(!('target' in figure) && !('ok' in figure));
  });
});
