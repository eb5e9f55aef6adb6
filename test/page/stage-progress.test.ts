import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analysisStages } from '../../src/analysis/analyze.ts';
import { stageProgress, stagesOf } from '../../src/page/analysis/stage-progress.ts';

describe('Progress on the reading page', () => {
  it('knows every stage of the service by a name of its own', () => {
    const names = stagesOf({ uploads: false, publishes: true }).map(({ name }) => name);
    assert.deepEqual(names, [...analysisStages, 'receive']);
    const texts = stagesOf({ uploads: true, publishes: true }).map(({ text }) => text);
    assert.equal(new Set(texts).size, texts.length);
  });

  it('weighs stages by how long they take, and never falls', () => {
    const progress = stageProgress([
      { name: 'a', text: 'A', weight: 1 },
      { name: 'b', text: 'B', weight: 3 },
    ]);
    progress.note('a', 0.5);
    assert.equal(progress.share(), 0.125);
    // What comes after is only begun when what is before has ended.
    progress.note('b', 0);
    assert.equal(progress.share(), 0.25);
    progress.note('b', 0.5);
    progress.note('b', 0.1);
    assert.equal(progress.share(), 0.625);
    progress.note('of a newer service', 1);
    assert.equal(progress.share(), 0.625);
    progress.note('b', 1);
    assert.equal(progress.share(), 1);
  });

  it('waits between a stage that is done and the next', () => {
    const progress = stageProgress([
      { name: 'a', text: 'A', weight: 1 },
      { name: 'b', text: 'B', weight: 1 },
    ]);
    assert.equal(progress.waits(), false);
    progress.note('a', 0.5);
    assert.equal(progress.waits(), false);
    progress.note('a', 1);
    assert.equal(progress.waits(), true);
    progress.note('b', 0);
    assert.equal(progress.waits(), false);
    // The last one has none after it.
    progress.note('b', 1);
    assert.equal(progress.waits(), false);
  });
});
