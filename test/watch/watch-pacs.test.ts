/** The loop around the looks: what it does about failures, when it ends, what it logs, and that it is alive. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import type { Round } from '../../src/watch/open-rounds.ts';
import { openPulse, type Pulse } from '../../src/watch/pulse.ts';
import { tellRounds } from '../../src/watch/tell-rounds.ts';
import { watchPacs } from '../../src/watch/watch-pacs.ts';
import { until } from '../support/until.ts';

const none = { enqueued: 0, known: 0, filtered: 0, failed: 0 };
const round = (more: Partial<Round> = {}): Round => ({
  listed: 1,
  decisions: none,
  waiting: new Set(),
  ...more,
});
const down = () => new LobarError('pacs-unreachable', { pacs: 'main', problem: 'ECONNREFUSED' });

/** Runs the loop over these answers, then over the last one for ever. */
function run(answers: readonly (Round | LobarError)[], { once = false, pollSeconds = 0.001 } = {}) {
  const stop = new AbortController();
  const looked: (Round | LobarError)[] = [];
  const waits: number[] = [];
  const pulse: Pulse = {
    turned(laterMs) {
      if (laterMs !== undefined) waits.push(laterMs);
    },
    alive: () => true,
  };
  let looks = 0;
  const ended = watchPacs(
    async () => {
      const answer = answers[Math.min(looks, answers.length - 1)] ?? round();
      looks += 1;
      if (answer instanceof LobarError) throw answer;
      return answer;
    },
    { pollSeconds, once, pulse, looked: (went) => looked.push(went), signal: stop.signal },
  );
  return { ended, looked, waits, stop: () => stop.abort() };
}

describe('The loop of a watch', () => {
  it('goes on whatever fails, waits ever longer while it does, and ends when it is told to', async () => {
    const failing = round({ decisions: { ...none, failed: 2 }, error: down() });
    const { ended, looked, waits, stop } = run([round(), down(), down(), failing, down(), round()]);
    await until(() => looked.length >= 7);
    stop();
    await ended;
    // Poll, first failure, then doubled; what goes well again ends it.
    assert.deepEqual(waits.slice(0, 6), [1, 1, 2, 4, 8, 1]);
  });

  it('waits five minutes at most, or as long as it is told to wait between looks', async () => {
    for (const [pollSeconds, expected] of [
      [200, 200_000],
      [600, 600_000],
    ] as const) {
      const { ended, waits, stop } = run([down()], { pollSeconds });
      await until(() => waits.length === 1);
      stop();
      await ended;
      assert.deepEqual(waits, [expected]);
    }
  });

  it('ends once every study of the first look is decided, where it is to look once', async () => {
    const waiting = (...uids: string[]) => round({ waiting: new Set(uids) });
    const looks = [waiting('1', '2'), waiting('2', '3'), waiting('3', '4'), waiting('4')];
    const { ended, looked } = run(looks, { once: true });
    await ended;
    assert.equal(looked.length, 3);
  });

  it('tells by its end what failed, where it is to look once', async () => {
    await assert.rejects(run([down()], { once: true }).ended, { code: 'pacs-unreachable' });
    const failing = round({ error: new LobarError('queue-unavailable', { problem: 'x' }) });
    await assert.rejects(run([failing], { once: true }).ended, { code: 'queue-unavailable' });
  });
});

describe('The pulse of a watch', () => {
  it('is lost when nothing turns for its time, and comes back when it does', async () => {
    const pulse = openPulse(20);
    assert.ok(pulse.alive());
    await until(() => !pulse.alive());
    pulse.turned();
    assert.ok(pulse.alive());
    pulse.turned(600_000);
    assert.ok(openPulse(1000).alive());
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(pulse.alive());
  });
});

describe('The log of a watch', () => {
  it('has a line for every change, none for what goes on as it did, and no study', () => {
    const lines: string[] = [];
    const write = (level: string) => (fields: object, text: string) =>
      void lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
    const logger = { info: write('info'), warn: write('warn'), error: write('error') } as never;
    const tell = tellRounds(logger, 'main');
    const queueDown = new LobarError('queue-unavailable', { problem: 'x' });
    for (let times = 0; times < 3; times += 1) tell(round({ waiting: new Set(['2.25.77']) }));
    for (let times = 0; times < 3; times += 1) tell(down());
    tell(round());
    for (let times = 0; times < 3; times += 1) {
      tell(round({ decisions: { ...none, failed: 1 }, error: queueDown }));
    }
    tell(round({ decisions: { ...none, enqueued: 1 } }));
    assert.deepEqual(
      lines.map((line) => /^(\w+ [^:{]+)/.exec(line)?.[1]?.trim()),
      [
        'warn the PACS cannot be asked',
        'info the PACS answers again',
        'warn studies could not be enqueued, and are tried again',
        'info studies are enqueued again',
        'info looked',
      ],
    );
    assert.doesNotMatch(lines.join(), /2\.25/);
  });
});
