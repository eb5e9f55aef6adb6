import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blandAltman } from '../../src/statistics/bland-altman.ts';
import { bootstrapIntervals } from '../../src/statistics/bootstrap.ts';
import { brierScore, calibrationCurve, calibrationError } from '../../src/statistics/calibration.ts';
import {
  accuracy,
  againstRest,
  confusionMatrix,
  negativePredictiveValue,
  positivePredictiveValue,
  sensitivity,
  specificity,
} from '../../src/statistics/confusion.ts';
import { mean, quantile, standardDeviation } from '../../src/statistics/describe.ts';
import { incompleteBeta, logGamma } from '../../src/statistics/incomplete-beta.ts';
import { dice } from '../../src/statistics/overlap.ts';
import { pearsonP, pearsonR } from '../../src/statistics/pearson.ts';
import { areaUnder, macroCurve, rocCurve } from '../../src/statistics/roc-curve.ts';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
// Made by make-vectors.py with the versions that it names.
import vectors from './vectors.json' with { type: 'json' };

function near(found: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(found !== undefined && Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);
}

/** Relative, for values of any size. */
function close(found: number | undefined, expected: number): void {
  near(found, expected, Math.abs(expected) * 1e-10);
}

const scored = (at: number) =>
  vectors.truth.map((truth, i) => ({
    score: vectors.probabilities[i]?.[at] ?? Number.NaN,
    positive: truth === vectors.classes[at],
  }));

describe('the ROC curve', () => {
  it('has the points and the area of scikit-learn, with ties', () => {
    vectors.roc.forEach(({ fpr, tpr, thresholds }, at) => {
      const curve = rocCurve(scored(at)) ?? [];
      assert.deepEqual(
        curve.slice(1).map(({ threshold }) => threshold),
        thresholds,
      );
      curve.forEach((point, i) => {
        near(point.falsePositiveRate, fpr[i] ?? Number.NaN);
        near(point.truePositiveRate, tpr[i] ?? Number.NaN);
      });
      near(areaUnder(curve), vectors.auc.byClass[at] ?? Number.NaN);
    });
  });

  it('is pooled for the micro average', () => {
    const micro = rocCurve(vectors.classes.flatMap((_, at) => scored(at)));
    near(areaUnder(micro ?? []), vectors.auc.micro);
  });

  it('is averaged at every false positive rate for the macro average', () => {
    const macro = macroCurve(vectors.classes.map((_, at) => rocCurve(scored(at)) ?? []));
    const { fpr, tpr } = vectors.auc.macroCurve;
    assert.deepEqual(
      macro.slice(1).map((point) => point.falsePositiveRate),
      fpr,
    );
    macro.slice(1).forEach((point, i) => {
      near(point.truePositiveRate, tpr[i] ?? Number.NaN);
    });
    assert.deepEqual(macro[0], { falsePositiveRate: 0, truePositiveRate: 0 });
  });

  it('is not there where one class has no case', () => {
    assert.equal(rocCurve([{ score: 0.5, positive: true }]), undefined);
    assert.equal(rocCurve([{ score: 0.5, positive: false }]), undefined);
  });

  it('of scores that are all the same is the diagonal', () => {
    const curve = rocCurve([true, false, true].map((positive) => ({ score: 1, positive }))) ?? [];
    assert.equal(areaUnder(curve), 0.5);
  });
});

describe('decisions', () => {
  const cases = vectors.truth.map((truth, i) => ({ truth, decided: vectors.decided[i] ?? '' }));

  it('are counted as by scikit-learn', () => {
    assert.deepEqual(confusionMatrix(cases, vectors.classes), vectors.confusion);
    vectors.classes.forEach((name, at) => {
      const counts = againstRest(cases, name);
      const expected = vectors.againstRest[at];
      near(sensitivity(counts), expected?.sensitivity ?? Number.NaN);
      near(specificity(counts), expected?.specificity ?? Number.NaN);
      near(accuracy(counts), expected?.accuracy ?? Number.NaN);
      near(positivePredictiveValue(counts), expected?.ppv ?? Number.NaN);
      near(negativePredictiveValue(counts), expected?.npv ?? Number.NaN);
    });
  });

  it('have no sensitivity where the class has no case, and no predictive value where none was decided', () => {
    const counts = againstRest([{ truth: 'a', decided: 'a' }], 'b');
    assert.equal(sensitivity(counts), undefined);
    assert.equal(positivePredictiveValue(counts), undefined);
    assert.equal(specificity(counts), 1);
  });
});

describe('calibration', () => {
  const { scores, positive, share, mean: means } = vectors.calibration;
  const cases = scores.map((score, i) => ({ score, positive: positive[i] === 1 }));

  it('has the bins of scikit-learn', () => {
    const curve = calibrationCurve(cases);
    assert.equal(curve.length, share.length);
    curve.forEach((bin, i) => {
      near(bin.shareOfPositives, share[i] ?? Number.NaN);
      near(bin.meanScore, means[i] ?? Number.NaN);
    });
  });

  it('has the Brier score of scikit-learn', () => {
    vectors.brier.forEach((expected, at) => {
      near(brierScore(scored(at)), expected);
    });
    assert.equal(brierScore([]), undefined);
  });

  it('errs by the distance from the diagonal, each bin by its cases', () => {
    // By hand: three cases at 0.9 of which two are positive, one at 1 that is: bin 9 has mean 0.925, share 0.75.
    // One at 0.25 that is not. (4 x 0.175 + 1 x 0.25) / 5
    const byHand = [0.9, 0.9, 0.9, 1, 0.25].map((score, i) => ({ score, positive: i < 2 || i === 3 }));
    near(calibrationError(byHand), 0.19);
    assert.equal(calibrationError([]), undefined);
  });
});

describe('correlation', () => {
  it('has the r and p of SciPy', () => {
    for (const { x, y, r, p } of Object.values(vectors.pearson)) {
      const pairs = x.map((value, i) => ({ x: value, y: y[i] ?? Number.NaN }));
      const found = pearsonR(pairs);
      near(found, r);
      close(pearsonP(found ?? Number.NaN, pairs.length), p);
    }
  });

  it('is not defined where one side never changes, nor is p of two pairs', () => {
    assert.equal(pearsonR([{ x: 1, y: 1 }]), undefined);
    assert.equal(
      pearsonR([
        { x: 1, y: 1 },
        { x: 1, y: 2 },
      ]),
      undefined,
    );
    // 0.1 + 0.1 + 0.1 is not 3 x 0.1 in floating point.
    assert.equal(pearsonR([1, 2, 4].map((y) => ({ x: 0.1, y }))), undefined);
    assert.equal(pearsonP(1, 2), undefined);
    assert.equal(pearsonP(1, 3), 0);
  });

  it('rests on the special functions of SciPy', () => {
    for (const { x, a, b, value } of vectors.incompleteBeta) close(incompleteBeta(x, a, b), value);
    assert.equal(incompleteBeta(0, 2, 3), 0);
    assert.equal(incompleteBeta(1, 2, 3), 1);
    for (const { x, value } of vectors.logGamma) near(logGamma(x), value, 1e-10 * Math.max(1, value));
  });
});

describe('agreement', () => {
  it('has the bias and limits that NumPy gives', () => {
    const { x, y } = vectors.pearson.strong;
    const found = blandAltman(x.map((value, i) => ({ x: value, y: y[i] ?? Number.NaN })));
    const { bias, sd } = vectors.blandAltman;
    near(found?.bias, bias, 1e-10);
    near(found?.lowerLimit, bias - 1.96 * sd, 1e-10);
    near(found?.upperLimit, bias + 1.96 * sd, 1e-10);
    assert.equal(blandAltman([{ x: 1, y: 2 }]), undefined);
  });

  it('of masks is twice what is common over the sum', () => {
    assert.equal(dice({ truth: 4, predicted: 2, both: 1 }), 1 / 3);
    assert.equal(dice({ truth: 0, predicted: 5, both: 0 }), 0);
    assert.equal(dice({ truth: 0, predicted: 0, both: 0 }), undefined);
  });
});

describe('a sample', () => {
  it('has the mean, deviation and quantiles of NumPy', () => {
    const { values, mean: expected, sd, quantiles } = vectors.describe;
    close(mean(values), expected);
    close(standardDeviation(values), sd);
    for (const [fraction = 0, value = 0] of quantiles) close(quantile(values, fraction), value);
  });

  it('of nothing has none', () => {
    assert.equal(mean([]), undefined);
    assert.equal(standardDeviation([1]), undefined);
    assert.equal(quantile([], 0.5), undefined);
  });
});

describe('the bootstrap', () => {
  const options = { resamples: 4000, seed: 7, level: 0.95 };
  const average = (cases: readonly number[]) => mean(cases);

  it('comes near the interval that theory gives for a mean', () => {
    // 100 values 0..99 with one a patient: mean 49.5, standard error of the resampled mean sqrt(833.25 / 100).
    const groups = Array.from({ length: 100 }, (_, i) => [i]);
    const [interval] = bootstrapIntervals(groups, [average], options);
    near(interval?.low, 49.5 - 1.96 * Math.sqrt(8.3325), 0.5);
    near(interval?.high, 49.5 + 1.96 * Math.sqrt(8.3325), 0.5);
  });

  it('draws whole patients: ten copies of each case tell no more than one', () => {
    const single = Array.from({ length: 20 }, (_, i) => [i]);
    const copied = single.map(([value = 0]) => Array<number>(10).fill(value));
    assert.deepEqual(
      bootstrapIntervals(copied, [average], options),
      bootstrapIntervals(single, [average], options),
    );
  });

  it('gives the same for the same seed and something else for another', () => {
    const groups = Array.from({ length: 10 }, (_, i) => [i ** 2]);
    const of = (seed: number) => bootstrapIntervals(groups, [average], { ...options, resamples: 50, seed });
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });

  it('leaves out resamples that do not tell, and has no interval of one patient', () => {
    const groups = [[1], [2], [3]];
    const never = () => undefined;
    const onlyWithOne = (cases: readonly number[]) => (cases.includes(1) ? 5 : undefined);
    assert.deepEqual(bootstrapIntervals(groups, [never, onlyWithOne], options), [
      undefined,
      { low: 5, high: 5 },
    ]);
    assert.deepEqual(bootstrapIntervals([[1, 2, 3]], [average], options), [undefined]);
  });

  it('draws from numbers that are spread evenly', () => {
    const random = seededRandom(1);
    const counts = Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const at = Math.floor(random() * 10);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    // Chi squared with 9 degrees of freedom is below 27.9 in 999 of 1000 (SciPy: chi2.ppf(0.999, 9)).
    const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    assert.ok(chiSquared < 27.9, `${chiSquared}`);
  });
});
