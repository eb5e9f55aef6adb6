import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exponential } from '../../../bench/scale/distributions.ts';
import { simulate } from '../../../bench/scale/simulate.ts';
import { quantile } from '../../../src/statistics/describe.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { autoscaler, fixedPods, isWithin, mean, poissonStudies, study } from './scale-fixture.ts';

const count = 200_000;

describe('the simulated line agrees with queueing theory', () => {
  it('waits as Erlang C has it, with three pods', () => {
    // a = 2.4, c = 3: C = (a^3 / 3! / 0.2) / (1 + a + a^2 / 2 + a^3 / 3! / 0.2) = 11.52 / 17.8 = 0.64719,
    // and the mean wait C x 10 s / (3 - 2.4) = 10.787 s.
    const random = seededRandom(1);
    const studies = poissonStudies(random, {
      count,
      perSecond: 0.24,
      seconds: () => exponential(random, 10),
    });
    const waits = simulate(studies, fixedPods(3)).outcomes.map(({ waitSeconds }) => waitSeconds);
    assert.ok(isWithin(mean(waits), 10.787, 0.04), `${mean(waits)}`);
    const waiting = waits.filter((wait) => wait > 1e-6).length / count;
    assert.ok(isWithin(waiting, 0.64719, 0.02), `${waiting}`);
  });

  it('has the tail of M/M/1', () => {
    // P(wait > t) = 0.7 exp(-0.03 t): 95 % wait less than ln(14) / 0.03 = 87.97 s.
    const random = seededRandom(2);
    const studies = poissonStudies(random, {
      count,
      perSecond: 0.07,
      seconds: () => exponential(random, 10),
    });
    const waits = simulate(studies, fixedPods(1)).outcomes.map(({ waitSeconds }) => waitSeconds);
    assert.ok(isWithin(quantile(waits, 0.95) ?? 0, 87.97, 0.05), `${quantile(waits, 0.95)}`);
  });

  it('waits as Pollaczek and Khinchine have it where all take the same time', () => {
    // M/D/1 of load 0.7: 0.7 x 10 s / (2 x 0.3) = 11.667 s.
    const studies = poissonStudies(seededRandom(3), { count, perSecond: 0.07, seconds: () => 10 });
    const waits = simulate(studies, fixedPods(1)).outcomes.map(({ waitSeconds }) => waitSeconds);
    assert.ok(isWithin(mean(waits), 11.667, 0.04), `${mean(waits)}`);
  });

  it('holds what comes in times what it stays (Little)', () => {
    const random = seededRandom(4);
    const perSecond = 0.17;
    const studies = poissonStudies(random, {
      count: 50_000,
      perSecond,
      seconds: () => exponential(random, 10),
    });
    const { outcomes, moments } = simulate(studies, fixedPods(2));
    const stay = mean(outcomes.map(({ doneAt, study: { askedAt } }) => doneAt - askedAt));
    const held = mean(moments.map(({ inFlight, waiting }) => inFlight + waiting));
    assert.ok(isWithin(held, perSecond * stay, 0.03), `${held} against ${perSecond * stay}`);
  });
});

describe('a pod', () => {
  const four = Array.from({ length: 4 }, () => ({
    ...study,
    findSeconds: 2,
    inferenceSeconds: 5,
    publishSeconds: 1,
  }));
  const ends = (places: number) => simulate(four, fixedPods(1, places)).outcomes.map(({ doneAt }) => doneAt);

  it('with one place does one thing after the other', () => {
    assert.deepEqual(ends(1), [8, 16, 24, 32]);
  });

  it('with two places retrieves while it infers, and the inference worker never rests', () => {
    // Inference from 2 to 7, 7 to 12, 12 to 17, 17 to 22, and one second to publish.
    assert.deepEqual(ends(2), [8, 13, 18, 23]);
  });

  it('waits for the line where that is slower than inference', () => {
    const heavy = Array.from({ length: 4 }, () => ({ ...study, bytes: 100, inferenceSeconds: 1 }));
    const settings = { ...fixedPods(1, 2), link: { bytesPerSecond: 10, perTransfer: 10 } };
    // Two at a time take 20 s of the line; then both come to inference at once, and the places fall free.
    // At 21 the third begins alone, for a second at 10 bytes/s, then shares with the fourth: 190 more bytes, so that it
    // has its 100 after 18 more (90 / 5), at 40; the fourth has 90 then, and needs a second more.
    assert.deepEqual(
      simulate(heavy, settings).outcomes.map(({ doneAt }) => doneAt),
      [21, 22, 41, 42],
    );
  });

  it('lets somebody who waits pass before the queue', () => {
    const jobs = Array.from({ length: 3 }, () => ({ ...study, inferenceSeconds: 10 }));
    const asked = { ...study, interactive: true, askedAt: 1, inferenceSeconds: 10 };
    const { outcomes } = simulate([...jobs, asked], fixedPods(1));
    assert.deepEqual(
      outcomes.map(({ study: { interactive }, doneAt }) => [interactive, doneAt]),
      [
        [false, 10],
        [true, 20],
        [false, 30],
        [false, 40],
      ],
    );
  });

  it('turns away who waited for limits.waitSeconds, who comes again after ten', () => {
    const job = { ...study, inferenceSeconds: 200 };
    const asked = { ...study, interactive: true, askedAt: 1 };
    const [, outcome] = simulate([job, asked], fixedPods(1)).outcomes;
    // In line from 1 to 121 and again from 131 on; the place is free at 200.
    assert.deepEqual([outcome?.refused, outcome?.waitSeconds, outcome?.doneAt], [1, 199, 201]);
  });
});

describe('a fleet that grows and shrinks', () => {
  const random = seededRandom(5);
  const busy = poissonStudies(random, {
    count: 3000,
    perSecond: 0.5,
    seconds: () => exponential(random, 40),
  });
  const quiet = poissonStudies(random, {
    count: 200,
    perSecond: 0.02,
    seconds: () => exponential(random, 40),
  });
  const studies = [...busy, ...quiet.map((one) => ({ ...one, askedAt: one.askedAt + 7000 }))].map(
    (one, index) => ({ ...one, findSeconds: 1, bytes: 1e8, interactive: index % 10 === 0 }),
  );
  const settings = { ...fixedPods(2, 2), autoscaler: { ...autoscaler, minReplicas: 2 } };
  const result = simulate(studies, settings);

  it('publishes every study once, those too whose pod ended under them', () => {
    assert.equal(result.outcomes.length, studies.length);
    assert.equal(new Set(result.outcomes.map(({ study: one }) => one)).size, studies.length);
    assert.ok(result.outcomes.some(({ begun }) => begun > 1));
  });

  it('has no more pods than it may and goes back to the fewest', () => {
    const pods = result.moments.map(({ readyPods }) => readyPods);
    assert.ok(Math.max(...pods) > 10 && Math.max(...pods) <= 100);
    assert.equal(pods.at(-1), 2);
  });

  it('infers at least as long as all studies take, and no longer than there are pods', () => {
    const needed = studies.reduce((sum, { inferenceSeconds }) => sum + inferenceSeconds, 0);
    assert.ok(result.inferenceSeconds >= needed - 1e-6);
    assert.ok(result.inferenceSeconds <= result.podSeconds);
  });

  it('does the same again for the same studies', () => {
    assert.deepEqual(simulate(studies, settings), result);
  });
});
