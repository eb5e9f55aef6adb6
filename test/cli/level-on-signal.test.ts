import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { switchLevelOnSignal } from '../../src/cli/level-on-signal.ts';

/** A log of that level that is switched by the signal, and what it says. */
function watched(level: string) {
  const lines: { readonly logLevel: string; readonly msg: string }[] = [];
  const logger = pino({ level }, { write: (line) => void lines.push(JSON.parse(line)) });
  const child = logger.child({});
  // Also that of Node.js, which writes a report to a file: its test runner asks for it by --report-signal.
  process.removeAllListeners('SIGUSR2');
  switchLevelOnSignal(logger).include(child);
  const signal = () => {
    process.emit('SIGUSR2', 'SIGUSR2');
    const { logLevel, msg } = lines.pop() ?? assert.fail('it says nothing');
    assert.deepEqual(lines, []);
    assert.deepEqual([logLevel, logLevel], [logger.level, child.level]);
    return { level: logger.level, msg };
  };
  return { signal };
}

describe('SIGUSR2', () => {
  for (const [configured, more] of [
    ['silent', 'debug'],
    ['error', 'debug'],
    ['info', 'debug'],
    ['debug', 'trace'],
  ] as const) {
    it(`switches from ${configured} to ${more}, back again, and says so`, () => {
      const { signal } = watched(configured);
      const msg = 'the level of the log is switched by SIGUSR2';
      assert.deepEqual(signal(), { level: more, msg });
      assert.deepEqual(signal(), { level: configured, msg });
      assert.deepEqual(signal(), { level: more, msg });
    });
  }

  it('leaves trace as it is, and says so', () => {
    const { signal } = watched('trace');
    for (let times = 0; times < 2; times += 1) {
      const { level, msg } = signal();
      assert.equal(level, 'trace');
      assert.match(msg, /SIGUSR2 changes nothing/);
    }
  });
});
