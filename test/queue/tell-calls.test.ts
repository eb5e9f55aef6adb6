/** Calls of a line in memory, told to somebody who takes them or does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Line } from '../../src/queue/line.ts';
import { MemoryLine } from '../../src/queue/memory/memory-line.ts';
import { type Caller, tellCalls } from '../../src/queue/tell-calls.ts';
import { until } from '../support/until.ts';

const ackMs = 30_000;

/** The line, but for the waits, which are noted instead. */
function hurried(line: Line<string>, waits: number[]): Line<string> {
  return {
    ...{ waiting: 0, push: line.push.bind(line), drop: line.drop.bind(line), bury: line.bury.bind(line) },
    async take(signal) {
      const delivery = await line.take(signal);
      if (delivery === undefined) return undefined;
      return {
        ...delivery,
        again(ms) {
          waits.push(ms);
          return delivery.again(1);
        },
      };
    },
  };
}

function open(tell: Caller<string>['tell'], deliveries = 3) {
  const memory = new MemoryLine<string>(100, ackMs);
  const waits: number[] = [];
  const events: string[] = [];
  const stopped = new AbortController();
  const givingUp = new AbortController();
  const ended = tellCalls(
    hurried(memory, waits),
    {
      tell,
      deliveries: () => deliveries,
      onTold: (call) => events.push(`told ${call}`),
      onFailed: (id, call, { problem, givenUp }) =>
        events.push(`${id} ${call}: ${problem}${givenUp ? ', given up' : ''}`),
      problemOf: () => 'a mistake here',
    },
    { ackMs, stopped: stopped.signal, givingUp: givingUp.signal },
  );
  return {
    ...{ memory, waits, events, stopped, givingUp, ended },
    async close() {
      stopped.abort();
      givingUp.abort();
      await ended;
      memory.close();
    },
  };
}

describe('calls', () => {
  it('are told until they are taken, after five seconds, then twice as long, a quarter of it by chance', async () => {
    const answers = ['it answered HTTP 500', 'it answered HTTP 500'];
    const { memory, waits, events, close } = open(async () => answers.shift());
    await memory.push('call-1', 'a');
    await until(() => events.includes('told a'));
    assert.deepEqual(events, ['call-1 a: it answered HTTP 500', 'call-1 a: it answered HTTP 500', 'told a']);
    const [first = 0, second = 0, ...more] = waits;
    assert.ok(first >= 3750 && first <= 5000 && second >= 7500 && second <= 10_000, String(waits));
    assert.deepEqual(more, []);
    await close();
  });

  it('are given up after so many tries, and never come again', async () => {
    const { memory, events, close } = open(async () => {
      throw new Error('secret');
    });
    await memory.push('call-1', 'a');
    await until(() => events.length === 3);
    assert.deepEqual(events, [
      'call-1 a: a mistake here',
      'call-1 a: a mistake here',
      'call-1 a: a mistake here, given up',
    ]);
    await close();
    assert.equal(await memory.take(AbortSignal.timeout(200)), undefined);
  });

  it('are not kept by one who is slow', async () => {
    const slow = Promise.withResolvers<undefined>();
    const { memory, events, close } = open(async (_id, call) => (call === 'slow' ? slow.promise : undefined));
    await memory.push('call-1', 'slow');
    await memory.push('call-2', 'quick');
    await until(() => events.length === 1);
    slow.resolve(undefined);
    await until(() => events.length === 2);
    assert.deepEqual(events, ['told quick', 'told slow']);
    await close();
  });

  it('that are on their way when all ends are told to their end, and no more is taken', async () => {
    const answer = Promise.withResolvers<undefined>();
    let begun = 0;
    const { memory, events, stopped, ended, close } = open(() => {
      begun += 1;
      return answer.promise;
    });
    await memory.push('call-1', 'a');
    await until(() => begun === 1);
    stopped.abort();
    await memory.push('call-2', 'b');
    answer.resolve(undefined);
    await ended;
    assert.deepEqual(events, ['told a']);
    assert.equal(memory.waiting, 1);
    await close();
  });

  it('that are broken off by the end of the process have not failed: they go back, the last try as well', async () => {
    let begun = 0;
    const { memory, waits, events, stopped, givingUp, ended } = open(
      (_id, _call, signal) =>
        new Promise((resolve) => {
          begun += 1;
          signal.addEventListener('abort', () => resolve('it was broken off'), { once: true });
        }),
      1,
    );
    await memory.push('call-1', 'a');
    await until(() => begun === 1);
    stopped.abort();
    givingUp.abort();
    await ended;
    assert.deepEqual([events, waits], [[], [0]]);
    const back = await memory.take(AbortSignal.timeout(5000));
    assert.equal(back?.body, 'a');
    await back?.done();
    memory.close();
  });
});
