import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { roundDecimal } from '../src/round-decimal.ts';

describe('a number to so many decimals', () => {
  it('is rounded as it is written, half away from zero', () => {
    assert.equal(roundDecimal(0.35, 1), 0.4);
    assert.equal(roundDecimal(1.005, 2), 1.01);
    assert.equal(roundDecimal(4.35, 1), 4.4);
    assert.equal(roundDecimal(664.5, 0), 665);
    assert.equal(roundDecimal(-2.5, 0), -3);
    assert.equal(roundDecimal(0.3499, 1), 0.3);
    assert.equal(roundDecimal(5e-7, 3), 0);
    assert.equal(roundDecimal(1e21, 2), 1e21);
  });

  it('is never a negative zero, and what is no number stays so', () => {
    assert.ok(Object.is(roundDecimal(-0.001, 1), 0));
    assert.ok(Number.isNaN(roundDecimal(Number.NaN, 1)));
  });

  it('is what Intl shows of it', () => {
    for (let i = 0; i < 2000; i++) {
      const value = i / 200;
      const shown = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      assert.equal(roundDecimal(value, 1).toFixed(1), shown.format(value));
    }
  });
});
