import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withSection } from '../../bench/benchmarks-document.ts';
import { figureOf } from '../../bench/figure.ts';
import { markdownSection } from '../../bench/render.ts';

describe('docs/BENCHMARKS.md', () => {
  const both = withSection(withSection(undefined, 'ingest', 'old ingest'), 'load', 'load figures');

  it('begins with what it is and how to write it', () => {
    assert.match(both, /^# Benchmarks\n\nWritten by `npm run bench`/);
  });

  it('gets the section of a suite that ran, and keeps the others where they are', () => {
    const after = withSection(both, 'ingest', 'new ingest');
    assert.equal(after, both.replace('old ingest', 'new ingest'));
  });

  it('does not take $ in figures for a pattern', () => {
    assert.match(withSection(both, 'ingest', "$& $1 $'"), /\$& \$1 \$'/);
  });

  it('says of a missed target what was measured, what it should be, and why', () => {
    const figures = [
      figureOf('ingest', { case: 'raw', metric: 'a / b', unit: 'x', values: [2], target: { atMost: 1.5 } }),
      figureOf('ingest', { case: 'other', metric: 'a / b', unit: 'x', values: [3], target: { atMost: 1.5 } }),
      figureOf('ingest', { case: 'raw', metric: 'c / d', unit: 'x', values: [4], target: { atLeast: 3 } }),
    ];
    const whyMissed = { raw: { 'a / b': 'Because.', 'c / d': 'Never shown.' } };
    const section = markdownSection(
      { name: 'ingest', title: 'Ingest' },
      figures,
      { about: 'How.', whyMissed },
      {
        machine: 'a machine',
        versions: { node: '24' },
        commit: 'abc',
        compileCache: true,
        date: '2026-01-01',
        load: { before: 0.1, cores: 2 },
      },
    );
    assert.match(
      section,
      /1 of 3 targets are met\.\n\n- \*\*Missed\*\*, raw, a \/ b: 2 x, target <= 1\.5\. Because\./,
    );
    assert.match(section, /Missed\*\*, other, a \/ b: 3 x, target <= 1\.5\. Nobody has found out why yet/);
    assert.match(section, /node 24\. 1 rounds\. Compile cache of Node: filled\./);
    assert.doesNotMatch(section, /Never shown|busy/);
  });
});
