import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FuzzInput } from './fuzz-input.ts';
import { Tally } from './tally.ts';
import { unanswered } from './upload-run.ts';

const input = (surface: FuzzInput['surface']): FuzzInput => ({
  surface,
  syntax: '',
  parts: [],
  isCutOff: false,
  contentType: '',
  chunkBytes: 1,
});

function tallied(outcomes: Readonly<Record<string, number>>, surface: FuzzInput['surface'] = 'upload') {
  const tally = new Tally();
  for (const [outcome, count] of Object.entries(outcomes)) {
    const report = { outcome, cpuMs: 1, wallMs: 1, peakRssMb: 1 };
    for (let nth = 0; nth < count; nth += 1) tally.count(input(surface), { report });
  }
  return tally.complaint;
}

describe('a run of the fuzzer', () => {
  it('is content with uploads that are answered, and with none at all', () => {
    assert.equal(tallied({ ineligible: 20 }), undefined);
    assert.equal(tallied({ volume: 20 }, 'series'), undefined);
  });

  it('lets one upload in twenty lose its answer, and no more', () => {
    assert.equal(tallied({ ineligible: 95, [unanswered]: 5 }), undefined);
    assert.equal(tallied({ ineligible: 94, [unanswered]: 6 }), '6 of 100 uploads got no answer by HTTP.');
  });

  it('lets one upload lose its answer in a run of few', () => {
    assert.equal(tallied({ ineligible: 2, [unanswered]: 1 }), undefined);
  });

  it('fails where no upload was answered', () => {
    assert.equal(tallied({ [unanswered]: 1 }), 'None of 1 uploads got an answer by HTTP.');
  });
});
