import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./support/misbehave.ts', import.meta.url));

async function misbehave(how: string, ...options: string[]) {
  const child = spawn(process.execPath, [script, how, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null];
  return { code, signal, out, err, last: JSON.parse(err.trim().split('\n').at(-1) ?? '') as Line };
}

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly origin?: string;
  readonly error?: string;
  readonly warning?: string;
  readonly err?: { readonly code?: string; readonly stack: string };
}

/** pino's own numbers. */
const levels = { warn: 40, error: 50, fatal: 60 };

describe('An error that nobody caught', { timeout: 120_000 }, () => {
  for (const [how, origin, error] of [
    ['throws', 'uncaughtException', /^PatientError\n\s+at .*misbehave\.ts/],
    ['rejects', 'unhandledRejection', /^PatientError\n\s+at .*misbehave\.ts/],
    // Node wraps what is no Error.
    ['rejects with a text', 'unhandledRejection', /^UnhandledPromiseRejection/],
    ['throws in a worker', 'uncaughtException', /^Error\n\s+at \[worker eval\]/],
  ] as const) {
    it(`ends the process at once, with one last line that has its class and frames: ${how}`, async () => {
      const { code, signal, out, err, last } = await misbehave(how);
      assert.deepEqual([code, signal], [null, 'SIGKILL']);
      assert.equal(err.trim().split('\n').length, 2, err);
      assert.deepEqual([last.level, last.msg, last.origin], [levels.fatal, 'the end', origin]);
      assert.match(last.error ?? '', error);
      assert.doesNotMatch(out + err, /canary/i);
    });
  }

  it('is read on a terminal as well before the process is gone', async () => {
    const child = spawn(process.execPath, [script, 'throws', 'pretty'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const err = await text(child.stderr);
    assert.match(err, /FATAL.*the end/);
    assert.doesNotMatch(err, /canary/i);
  });
});

describe('The log', { timeout: 120_000 }, () => {
  it('has the warnings of Node as lines of its own, without their words', async () => {
    const { code, err, last } = await misbehave('warns');
    assert.equal(code, 0);
    assert.equal(last.level, levels.warn);
    assert.match(last.warning ?? '', /^PatientError\n\s+at /);
    assert.doesNotMatch(err, /canary/i);
  });

  it('has of an error, whoever logs it and however, class, code and frames', async () => {
    const { err } = await misbehave('logs an error');
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
      .filter(({ level }) => level === levels.error);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['an error', 'an error', 'our own words'],
    );
    for (const { err: told } of lines) {
      assert.deepEqual(Object.keys(told ?? {}), ['code', 'stack']);
      assert.equal(told?.code, 'ECANARY');
      assert.match(told?.stack ?? '', /^PatientError\n\s+at /);
    }
    assert.doesNotMatch(err, /canary-|Foreignname/);
  });

  // util-linux
  const skip = spawnSync('script', ['--version']).status === 0 ? false : 'there is no script(1)';
  it('is pretty on a terminal, and JSON elsewhere, unless the configuration says', { skip }, async () => {
    const onTerminal = async (format: string) => {
      const command = `${process.execPath} ${script} warns ${format}`;
      const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'pipe'] });
      return await text(child.stdout);
    };
    assert.match(await onTerminal('auto'), /INFO.*begin/);
    assert.match(await onTerminal('json'), /^{"level":30,.*"begin"}/);
    assert.match((await misbehave('warns', 'auto')).err, /^{"level":30,.*"begin"}/);
  });
});
