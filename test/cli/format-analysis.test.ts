import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analysisExample } from '../../src/analysis/analysis-example.ts';
import { formatAnalysis } from '../../src/cli/format-analysis.ts';

const example = analysisExample as unknown as Analysis;

describe('the page of an Analysis', () => {
  it('says why the series was chosen and why each other was not', () => {
    const text = formatAnalysis(example);
    assert.match(text, /Series {7}PHANTOM chest 2\.5 mm lung: 116 slices/);
    assert.match(text, /Chosen {7}Nothing else in the study is eligible\./);
    assert.match(text, /Not chosen {3}PHANTOM chest 5 mm soft tissue: The slices are 5 mm thick/);
  });

  it('lets no description steer the terminal, turn the text or begin a line of its own', () => {
    const description = 'a\u001b[31mred\n  Decision     negative\u009b2J\u202e\u2028x';
    const { series } = example;
    assert.ok(series !== undefined);
    const others = [{ uid: '2.25.1', description, reasons: [{ code: 'minor', text: description }] }];
    const refused: Analysis = { ...example, outcome: 'ineligible', reasons: others };
    for (const text of [
      formatAnalysis({ ...example, series: { ...series, description, others } }),
      formatAnalysis(refused),
    ]) {
      assert.match(text, /red/);
      for (const mark of ['\u001b', '\u009b', '\u202e', '\u2028']) assert.ok(!text.includes(mark));
      assert.doesNotMatch(text, /^ {2}Decision {5}negative/m);
    }
  });

  it('tells the stacks of a split series apart', () => {
    const stack = { slices: 60, distinguishedBy: 'acquisition 2' };
    const { series } = example;
    assert.ok(series !== undefined);
    const text = formatAnalysis({ ...example, series: { ...series, stack } });
    assert.match(text, /PHANTOM chest 2\.5 mm lung \[acquisition 2\]: 116 slices/);
    const reasons = [{ uid: '2.25.1', stack, reasons: [{ code: 'minor', text: 'Too young.' }] }];
    const refused: Analysis = { ...example, outcome: 'ineligible', reasons };
    assert.match(formatAnalysis(refused), /Series 2\.25\.1 \[acquisition 2\]/);
  });
});
