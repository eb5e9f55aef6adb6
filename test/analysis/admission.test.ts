import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Admission, type AdmissionOptions } from '../../src/analysis/admission.ts';
import type { LobarError } from '../../src/errors.ts';

const refusedWith = (code: string) => (error: { code?: string }) => error.code === code;
const open = (options: Partial<AdmissionOptions> = {}) =>
  new Admission({ places: 1, waiting: 0, waitSeconds: 60, ...options });
const never = new AbortController().signal;
const asked = (client: string, urgency = 3) => ({ client, urgency, signal: never });

/** Work that ends when it is told to, and notes when it began. */
function works(begun: string[]) {
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    ends.set(name, resolve);
    return promise;
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await turn();
  };
  return { work, end };
}

describe('admission', () => {
  it('takes as many as there are places and tells the next one to come back', async () => {
    const admission = open({ places: 2 });
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const running = [admission.run(() => first.promise), admission.run(() => second.promise)];
    assert.equal(admission.inFlight, 2);
    assert.throws(() => admission.run(async () => {}), refusedWith('at-capacity'));
    first.resolve();
    await running[0];
    assert.equal(await admission.run(async () => 'in'), 'in');
    second.resolve();
    await running[1];
  });

  it('gives the place back when the work fails', async () => {
    const admission = open();
    const failing = admission.run(() => Promise.reject(new Error('no')));
    await assert.rejects(failing, /no/);
    assert.equal(admission.inFlight, 0);
  });

  it('lets a bounded number wait, each told how many are before it', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    const admission = open({ waiting: 2 });
    const ahead: number[] = [];
    const waits = { ...asked('a'), onWait: (count: number) => ahead.push(count) };
    const all = ['1', '2', '3'].map((name) => admission.run(work(name), waits));
    assert.throws(() => admission.run(work('4'), waits), refusedWith('at-capacity'));
    assert.deepEqual([begun, ahead, admission.inFlight], [['1'], [0, 1], 3]);
    for (const name of ['1', '2', '3']) await end(name);
    await Promise.all(all);
    assert.deepEqual(begun, ['1', '2', '3']);
    assert.equal(admission.inFlight, 0);
  });

  it('gives every client its turn, however many requests another one sends', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    const admission = open({ waiting: 10 });
    for (const name of ['a1', 'a2', 'a3', 'a4']) void admission.run(work(name), asked('a'));
    for (const name of ['b1', 'b2']) void admission.run(work(name), asked('b'));
    for (const name of ['a1', 'b1', 'a2', 'b2', 'a3', 'a4']) await end(name);
    assert.deepEqual(begun, ['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('takes the urgent first, and lets nobody wait for ever', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    let now = 0;
    const admission = open({ waiting: 10, now: () => now });
    void admission.run(work('first'), asked('a'));
    void admission.run(work('routine'), asked('b', 3));
    void admission.run(work('urgent'), asked('a', 0));
    await end('first');
    // 3 - 4 for the minutes it waited: before any that has only just come.
    now = 4 * 60_000;
    void admission.run(work('urgent too'), asked('c', 0));
    for (const name of ['urgent', 'routine', 'urgent too']) await end(name);
    assert.deepEqual(begun, ['first', 'urgent', 'routine', 'urgent too']);
  });

  it('says when to come back by how long a place was held', async () => {
    let now = 0;
    const admission = open({ places: 2, waiting: 1, now: () => now });
    await admission.run(async () => {
      now = 30_000;
    });
    const forever = new Promise<void>(() => {});
    const hangUp = new AbortController();
    for (const client of ['a', 'b']) void admission.run(() => forever, asked(client));
    const waits = admission.run(() => forever, { ...asked('c'), signal: hangUp.signal });
    assert.throws(
      () => admission.run(async () => {}),
      // Two have to end before there is room in the line, two at once, 30 s each.
      (error: LobarError) => error.details['retryAfterSeconds'] === 30,
    );
    hangUp.abort();
    await assert.rejects(waits, refusedWith('cancelled'));
  });

  it('lets go of who hangs up while it waits, and of who waited too long', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const admission = open({ waiting: 2, waitSeconds: 5 });
    void admission.run(() => new Promise(() => {}));
    const hangUp = new AbortController();
    const left = admission.run(async () => {}, { ...asked('a'), signal: hangUp.signal });
    const stayed = admission.run(async () => {}, asked('b'));
    hangUp.abort();
    await assert.rejects(left, refusedWith('cancelled'));
    assert.equal(admission.waiting, 1);
    t.mock.timers.tick(5000);
    await assert.rejects(stayed, refusedWith('at-capacity'));
    assert.equal(admission.inFlight, 1);
  });

  it('does not keep the process for work that does not stop when told', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const admission = open();
    void admission.run(() => new Promise(() => {}));
    let drained = false;
    const draining = admission.drain(25).then(() => {
      drained = true;
    });
    t.mock.timers.tick(25_000);
    await turn();
    assert.equal(drained, false);
    t.mock.timers.tick(5000);
    await draining;
  });

  it('has room in a full line for a client that has less in it than another', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    const admission = open({ waiting: 3 });
    const greedy = ['a1', 'a2', 'a3', 'a4'].map((name) => admission.run(work(name), asked('a')));
    const other = admission.run(work('b1'), asked('b'));
    // The last of the one that has most had to leave, and now neither has two more than the other.
    await assert.rejects(greedy[3] ?? assert.fail(), refusedWith('at-capacity'));
    assert.throws(() => admission.run(work('b2'), asked('b')), refusedWith('at-capacity'));
    for (const name of ['a1', 'b1', 'a2', 'a3']) await end(name);
    await Promise.all([...greedy.slice(0, 3), other]);
    assert.deepEqual(begun, ['a1', 'b1', 'a2', 'a3']);
  });

  it('has room in a full line for what is more urgent, but not for what is as urgent', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    const admission = open({ waiting: 1 });
    const first = admission.run(work('first'), asked('a'));
    const routine = admission.run(work('routine'), asked('a'));
    assert.throws(() => admission.run(work('routine too'), asked('b')), refusedWith('at-capacity'));
    const urgent = admission.run(work('urgent'), asked('b', 0));
    await assert.rejects(routine, refusedWith('at-capacity'));
    assert.throws(() => admission.run(work('urgent too'), asked('c', 0)), refusedWith('at-capacity'));
    for (const name of ['first', 'urgent']) await end(name);
    await Promise.all([first, urgent]);
    assert.deepEqual(begun, ['first', 'urgent']);
  });

  it('drains: nothing new, and it waits for what runs and what waits', async () => {
    const begun: string[] = [];
    const { work, end } = works(begun);
    const admission = open({ waiting: 1 });
    const both = [admission.run(work('1'), asked('a')), admission.run(work('2'), asked('a'))];
    let drained = false;
    const draining = admission.drain(60).then(() => {
      drained = true;
    });
    assert.throws(() => admission.run(async () => {}), refusedWith('shutting-down'));
    await end('1');
    assert.deepEqual([begun, drained], [['1', '2'], false]);
    await end('2');
    await Promise.all([...both, draining]);
    assert.equal(drained, true);
  });

  it('gives up when the time to drain is over: who waits and who works is told', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const admission = open({ waiting: 1 });
    const works = admission.run(
      () =>
        new Promise<void>((_, reject) =>
          admission.givingUp.addEventListener('abort', () => reject(admission.givingUp.reason)),
        ),
    );
    const waits = admission.run(async () => {}, asked('a'));
    const draining = admission.drain(25);
    t.mock.timers.tick(25_000);
    await assert.rejects(waits, refusedWith('shutting-down'));
    await assert.rejects(works, refusedWith('shutting-down'));
    await draining;
  });
});
