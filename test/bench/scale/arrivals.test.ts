import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arrivalTimes, ratesOfDay } from '../../../bench/scale/arrivals.ts';
import { lognormal } from '../../../bench/scale/distributions.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { isWithin, mean } from './scale-fixture.ts';

const weights = Array.from({ length: 24 }, (_, hour) => (hour >= 8 && hour < 16 ? 2 : 1));

describe('arrivals over a day', () => {
  it('are as many as asked for, twice as many an hour where the weight is two', () => {
    const rates = ratesOfDay(100_000, weights);
    const times = arrivalTimes(seededRandom(1), rates);
    // Poisson: 100,000 with a deviation of 316; sixteen parts of 32 fall between 8 and 16 o'clock.
    assert.ok(Math.abs(times.length - 100_000) < 4 * 316);
    const day = times.filter((at) => at >= 8 * 3600 && at < 16 * 3600).length;
    assert.ok(isWithin(day, 50_000, 0.02), `${day}`);
  });

  it('leave the sum as it is under a surge', () => {
    const rates = ratesOfDay(96, weights, [{ fromHour: 10, toHour: 11.5, factor: 3 }]);
    assert.ok(Math.abs(rates.reduce((sum, rate) => sum + rate * 900, 0) - 96) < 1e-9);
    assert.ok(Math.abs((rates[40] ?? 0) / (rates[39] ?? 1) - 3) < 1e-9);
    assert.ok(Math.abs((rates[46] ?? 0) / (rates[45] ?? 1) - 1 / 3) < 1e-9);
  });

  it('have gaps that vary as much as they are long, as those of a Poisson process do', () => {
    const times = arrivalTimes(seededRandom(2), ratesOfDay(50_000, [...weights].fill(1)));
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const average = mean(gaps);
    const deviation = Math.sqrt(mean(gaps.map((gap) => (gap - average) ** 2)));
    assert.ok(isWithin(deviation, average, 0.02), `${deviation} against ${average}`);
  });
});

describe('lognormal sizes', () => {
  it('have the mean and the variation that was asked for', () => {
    const random = seededRandom(3);
    const sizes = Array.from({ length: 200_000 }, () => lognormal(random, 300, 0.5));
    const average = mean(sizes);
    const deviation = Math.sqrt(mean(sizes.map((size) => (size - average) ** 2)));
    assert.ok(isWithin(average, 300, 0.01), `${average}`);
    assert.ok(isWithin(deviation, 150, 0.03), `${deviation}`);
  });
});
