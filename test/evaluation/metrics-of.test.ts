import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import type { AnalysedCase, CaseResult } from '../../src/evaluation/case-result.ts';
import { figures } from '../../src/evaluation/figures.ts';
import { type Metrics, MetricsSchema } from '../../src/evaluation/metrics.ts';
import { metricsOf } from '../../src/evaluation/metrics-of.ts';
import type { CovidClass } from '../../src/pipeline/types.ts';
import vectors from '../statistics/vectors.json' with { type: 'json' };
import { analysedCase } from './analysed-case.ts';
import { context } from './context.ts';

const told = ({ figures: all }: Pick<Metrics, 'figures'>, name: string) => all[name]?.value;
const near = (found: number | undefined, expected: number) =>
  assert.ok(found !== undefined && Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`);

/** The fixed vectors as cases, two of each patient. */
const labelledCases = vectors.truth.map((label, at) => {
  const [covid = 0, other = 0, none = 0] = vectors.probabilities[at] ?? [];
  return analysedCase(`c${at}`, {
    patient: `p${at >> 1}`,
    label: label as CovidClass,
    decision: vectors.decided[at] as CovidClass,
    probabilities: { 'covid-19': covid, 'other-infection': other, 'no-imaging-signs': none },
    subgroups: { site: String(1 + (at % 2) * 9) },
  });
});

describe('the metrics of a classifier', () => {
  const metrics = metricsOf(labelledCases, context);

  it('are those of scikit-learn, by class and on average', () => {
    vectors.classes.forEach((name, at) => {
      near(told(metrics, `classifier.auc.${name}`), vectors.auc.byClass[at] ?? Number.NaN);
      near(
        told(metrics, `classifier.sensitivity.${name}`),
        vectors.againstRest[at]?.sensitivity ?? Number.NaN,
      );
      near(told(metrics, `classifier.npv.${name}`), vectors.againstRest[at]?.npv ?? Number.NaN);
      near(told(metrics, `classifier.brier.${name}`), vectors.brier[at] ?? Number.NaN);
    });
    near(told(metrics, 'classifier.auc.micro'), vectors.auc.micro);
    near(told(metrics, 'classifier.auc.macro'), vectors.auc.macro);
    assert.deepEqual(metrics.confusion?.matrix, vectors.confusion);
    // The diagonal of that matrix over all.
    const right = vectors.confusion.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
    near(told(metrics, 'classifier.accuracy'), right / vectors.truth.length);
  });

  it('have intervals around them, the same for the same seed', () => {
    const { value, low, high, cases } = metrics.figures['classifier.auc.covid-19'] ?? assert.fail();
    assert.ok(low !== undefined && high !== undefined && low < value && value < high);
    assert.equal(cases, 40);
    assert.deepEqual(metricsOf(labelledCases, context), metrics);
    const other = metricsOf(labelledCases, { ...context, bootstrap: { ...context.bootstrap, seed: 2 } });
    assert.notEqual(other.figures['classifier.auc.covid-19']?.low, low);
    assert.equal(other.figures['classifier.auc.covid-19']?.value, value);
  });

  it('are told of each subgroup, whose values sort as numbers', () => {
    assert.deepEqual(
      metrics.subgroups.map(({ by, value, cases, patients }) => [by, value, cases, patients]),
      [
        ['site', '1', 20, 20],
        ['site', '10', 20, 20],
      ],
    );
    const odd = labelledCases.filter((_, at) => at % 2 === 1);
    assert.equal(
      told(metrics.subgroups[1] ?? assert.fail(), 'classifier.accuracy'),
      told(metricsOf(odd, context), 'classifier.accuracy'),
    );
  });

  it('fit their schema', () => {
    const ajv = new Ajv();
    assert.ok(ajv.validate(MetricsSchema, JSON.parse(JSON.stringify(metrics))), ajv.errorsText());
  });
});

/** 2,000 true voxels of opacity in 4 mL, and what was found. */
function withOpacity(id: string, predicted: number, both: number, outsideLungs: number): AnalysedCase {
  return analysedCase(id, {
    opacities: {
      network: { truth: 2000, predicted, both },
      naive: { truth: 2000, predicted: 2000, both: 1000 },
      outsideLungs,
    },
    truth: { opacityMl: 4, percent: 10, severity: { score: 6, band: 'moderate' } },
    predicted: { opacityMl: predicted / 500, percent: 12, severity: { score: 5, band: 'mild' } },
  });
}

describe('the metrics of masks', () => {
  // Dice 0.5 and 1.
  const cases = [withOpacity('a', 2000, 1000, 100), withOpacity('b', 2000, 2000, 0)];

  it('are means of cases, worst cases and differences, by hand', () => {
    const metrics = metricsOf(cases, context);
    assert.equal(told(metrics, 'opacities.dice'), 0.75);
    // Of 0.5 and 1: sqrt(0.125).
    near(told(metrics, 'opacities.diceSd'), Math.sqrt(0.125));
    assert.equal(told(metrics, 'naive.dice'), 0.5);
    assert.equal(told(metrics, 'opacities.gainOverNaive'), 0.25);
    assert.equal(told(metrics, 'opacities.lostPercent'), 2.5);
    assert.equal(told(metrics, 'opacities.lostPercentWorst'), 5);
    assert.equal(told(metrics, 'severity.bandAgreement'), 0);
    assert.equal(told(metrics, 'severity.scoreError'), 1);
    assert.equal(told(metrics, 'involvement.absoluteError'), 2);
    assert.equal(told(metrics, 'volume.bias'), 0);
    // Both volumes are always the same: nothing to correlate.
    assert.equal(told(metrics, 'volume.r'), undefined);
  });

  it('leave out scans with fewer than 1,000 true voxels from Dice, but not from volumes', () => {
    const few = analysedCase('c', {
      opacities: {
        network: { truth: 999, predicted: 0, both: 0 },
        naive: { truth: 999, predicted: 0, both: 0 },
        outsideLungs: 999,
      },
      truth: { opacityMl: 2 },
      predicted: { opacityMl: 0 },
    });
    const metrics = metricsOf([...cases, few], context);
    assert.equal(metrics.figures['opacities.dice']?.cases, 2);
    assert.equal(metrics.figures['opacities.lostPercent']?.cases, 2);
    assert.equal(metrics.figures['volume.bias']?.cases, 3);
    near(told(metrics, 'volume.bias'), -2 / 3);
    near(told(metrics, 'volume.r'), 1);
  });

  it('tell false opacity in mL and as a share of the lungs found', () => {
    const healthy = analysedCase('h', { falseOpacityMl: 30, predicted: { lungMl: 4000 } });
    const metrics = metricsOf([...cases, healthy], context);
    assert.equal(told(metrics, 'opacities.falseMl'), 30);
    assert.equal(told(metrics, 'opacities.falsePercent'), 0.75);
    assert.equal(metrics.figures['opacities.falsePercent']?.cases, 1);
  });

  it('have no interval of fewer than five patients', () => {
    const five = (patients: number) =>
      Array.from({ length: 10 }, (_, at) => ({
        ...withOpacity(`c${at}`, 2000, 1000 + at * 100, 0),
        patient: `p${at % patients}`,
      }));
    assert.equal(metricsOf(five(4), context).figures['opacities.dice']?.low, undefined);
    assert.notEqual(metricsOf(five(5), context).figures['opacities.dice']?.low, undefined);
    assert.equal(metricsOf(five(5), context).figures['opacities.lostPercentWorst']?.low, undefined);
  });

  it('pass over lobes that are not there', () => {
    const overlap = { truth: 10, predicted: 10, both: 5 };
    const gone = { truth: 0, predicted: 3, both: 0 };
    const lobes = { RUL: overlap, RML: gone, RLL: overlap, LUL: overlap, LLL: { ...overlap, both: 10 } };
    const metrics = metricsOf(
      [analysedCase('a', { lobes, lungs: { truth: 40, predicted: 60, both: 40 } })],
      context,
    );
    // Dice 0.5 three times and 1 once.
    assert.equal(told(metrics, 'lobes.dice'), 0.625);
    assert.equal(told(metrics, 'lobes.dice.RML'), undefined);
    assert.equal(told(metrics, 'lungs.dice'), 0.8);
    assert.equal(told(metrics, 'lungs.diceWorst'), 0.8);
  });
});

describe('the metrics of a cohort', () => {
  it('tell which cases were not measured and why', () => {
    const { schema, fingerprint, models, patient } = analysedCase('x');
    const common = { schema, fingerprint, models, patient };
    const results: CaseResult[] = [
      { ...common, id: 'i', outcome: 'ineligible', reasons: ['not-ct'] },
      { ...common, id: 'f', outcome: 'failed', error: { code: 'mask-invalid', message: 'm' } },
    ];
    const metrics = metricsOf(results, context);
    assert.deepEqual(metrics.notMeasured, [
      { id: 'i', outcome: 'ineligible', codes: ['not-ct'] },
      { id: 'f', outcome: 'failed', codes: ['mask-invalid'] },
    ]);
    const { cases, patients, analysed, ineligible, failed } = metrics.cohort;
    assert.deepEqual([cases, patients, analysed, ineligible, failed], [2, 1, 0, 1, 1]);
    assert.deepEqual(metrics.figures, {});
    assert.equal(metrics.confusion, undefined);
    assert.deepEqual(metrics.roc, {});
    assert.match(metrics.notice, /^Research use/);
  });

  it('have a name of its own for every figure', () => {
    assert.equal(new Set(figures.map(({ name }) => name)).size, figures.length);
  });
});
