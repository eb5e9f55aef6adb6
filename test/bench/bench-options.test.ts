import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { benchOptions } from '../../bench/bench-options.ts';

describe('what the benchmarks are told', () => {
  it('is suites and options', () => {
    assert.deepEqual(benchOptions(['scale', '--json', '--rounds', '5', '--no-document'], {}), {
      names: ['scale'],
      json: true,
      rounds: 5,
      document: false,
      remeasure: false,
      help: false,
    });
  });

  for (const { args, problem } of [
    { args: ['--bogus'], problem: 'There is no option --bogus.' },
    { args: ['--rounds=many'], problem: '--rounds takes a number from 1.' },
  ]) {
    it(`is refused in words where it is ${args}`, () => {
      assert.deepEqual(benchOptions(args, {}), { problem });
    });
  }

  it('is refused where npm kept an option for itself, as all suites would run else', () => {
    const problem = 'npm kept --json for itself: what is for the benchmarks comes after a --.';
    assert.deepEqual(benchOptions([], { npm_config_json: 'true' }), { problem });
    assert.deepEqual(benchOptions(['scale'], { npm_config_json: 'true' }), { problem });
    assert.ok(!('problem' in benchOptions(['--json'], { npm_config_json: 'true' })));
  });
});
