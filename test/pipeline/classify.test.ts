import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classifierInput, classify, decide } from '../../src/pipeline/classify.ts';
import type { PipelineHooks, PipelineParameters, Tensor } from '../../src/pipeline/types.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const window = { level: -500, width: 1500 };
const thresholds = { noImagingSigns: 0.45, covid19: 0.45 };
const parameters: PipelineParameters['classifier'] = {
  inputSize: [2, 4, 4],
  window,
  labels: ['covid-19', 'other-infection', 'no-imaging-signs'],
  thresholds,
};
const hooks: PipelineHooks = { onProgress: () => {}, throwIfCancelled: () => {} };
const volume = volumeOf([4, 8, 8], [1, 1, 1], () => -500);
const lungs = labelsOf([4, 8, 8], () => 2);

const answering =
  (...answer: number[]) =>
  async (): Promise<Tensor> => ({ data: new Float32Array(answer), dims: [1, answer.length] });

describe("the classifier's input", () => {
  it('is the lung window of the HU inside the lungs and 0 outside', () => {
    const hu = volumeOf([1, 1, 4], [1, 1, 1], (_z, _y, x) => [-1250, -500, 250, -500][x] as number);
    const mask = labelsOf([1, 1, 4], (_z, _y, x) => (x === 3 ? 0 : x + 1));
    const input = classifierInput(hu, mask, { inputSize: [1, 1, 4], window });
    assert.deepEqual(input, new Float32Array([0, 0.5, 1, 0]));
  });

  it('is masked before it is averaged: what is outside counts as 0', () => {
    // By hand: -500 HU inside is 0.5, bone outside 0; their mean.
    const hu = volumeOf([1, 1, 2], [1, 1, 1], (_z, _y, x) => (x === 0 ? -500 : 1000));
    const mask = labelsOf([1, 1, 2], (_z, _y, x) => (x === 0 ? 1 : 0));
    assert.deepEqual(classifierInput(hu, mask, { inputSize: [1, 1, 1], window }), new Float32Array([0.25]));
  });

  it('is clipped before it is averaged', () => {
    // By hand: (0.5 + 1) / 2; the mean of the HU, 1250, would be clipped to 1.
    const hu = volumeOf([2, 1, 1], [1, 1, 1], (z) => (z === 0 ? -500 : 3000));
    const mask = labelsOf([2, 1, 1], () => 1);
    assert.deepEqual(classifierInput(hu, mask, { inputSize: [1, 1, 1], window }), new Float32Array([0.75]));
  });

  it('is the whole volume, not cropped to the lungs', () => {
    const mask = labelsOf([4, 8, 8], (z, y, x) => (z >= 2 && y < 2 && x >= 6 ? 5 : 0));
    const input = classifierInput(volume, mask, { inputSize: [2, 4, 4], window });
    // By hand: the one corner voxel [1, 0, 3] of the small grid.
    const expected = new Float32Array(32);
    expected[16 + 3] = 0.5;
    assert.deepEqual(input, expected);
  });

  it('is scaled as the network was trained, the outside too', () => {
    // By hand: 0.5 and 0 become 0 and -1 in [-1, 1], less 0.5, halved.
    const hu = volumeOf([1, 1, 2], [1, 1, 1], () => -500);
    const mask = labelsOf([1, 1, 2], (_z, _y, x) => (x === 0 ? 1 : 0));
    const own = {
      inputSize: [1, 1, 2],
      window,
      range: [-1, 1],
      normalise: { mean: [0.5], std: [2] },
    } as const;
    assert.deepEqual(classifierInput(hu, mask, own), new Float32Array([-0.25, -0.75]));
  });

  it('is 0 without lungs', () => {
    const input = classifierInput(
      volume,
      labelsOf([4, 8, 8], () => 0),
      { inputSize: [3, 5, 5], window },
    );
    assert.deepEqual(input, new Float32Array(75));
  });
});

describe('the decision', () => {
  const rule = (covid: number, other: number, none: number) =>
    decide({ 'covid-19': covid, 'other-infection': other, 'no-imaging-signs': none }, thresholds);

  it('is no imaging signs when that is above 0.45, even if COVID-19 is too', () => {
    assert.equal(rule(0.1, 0.44, 0.46), 'no-imaging-signs');
    assert.equal(rule(0.5, 0.04, 0.46), 'no-imaging-signs');
  });

  it('is COVID-19 when that is above 0.45 and no imaging signs is not', () => {
    assert.equal(rule(0.46, 0.5, 0.04), 'covid-19');
    assert.equal(rule(0.46, 0.09, 0.45), 'covid-19');
  });

  it('is other infection else, at exactly 0.45 as well', () => {
    assert.equal(rule(0.45, 0.1, 0.45), 'other-infection');
    assert.equal(rule(0.4, 0.2, 0.4), 'other-infection');
  });

  it('takes its thresholds from the model package', () => {
    const probabilities = { 'covid-19': 0.5, 'other-infection': 0.2, 'no-imaging-signs': 0.3 };
    assert.equal(decide(probabilities, { noImagingSigns: 0.25, covid19: 0.45 }), 'no-imaging-signs');
    assert.equal(decide(probabilities, { noImagingSigns: 0.45, covid19: 0.6 }), 'other-infection');
  });
});

describe('classifying', () => {
  it('gives the network one tensor of its own size', async () => {
    const asked: Tensor[] = [];
    await classify(
      volume,
      lungs,
      (input) => {
        asked.push(input);
        return answering(0.5, 0.25, 0.25)();
      },
      parameters,
      hooks,
    );
    assert.deepEqual(asked, [{ data: new Float32Array(32).fill(0.5), dims: [1, 1, 2, 4, 4] }]);
  });

  it('makes probabilities of logits where the package says so', async () => {
    // By hand: e^ln 5, e^ln 2 and e^ln 1 are 5, 2 and 1 of 8.
    const logits = answering(Math.log(5), Math.log(2), 0);
    const { decision, probabilities } = await classify(
      volume,
      lungs,
      logits,
      { ...parameters, activation: 'softmax' },
      hooks,
    );
    assert.equal(decision, 'covid-19');
    assert.ok(Math.abs(probabilities['covid-19'] - 0.625) < 1e-6);
    await assert.rejects(classify(volume, lungs, logits, parameters, hooks), {
      code: 'inference-failed',
      message: /softmax inside, or `activation` in its manifest/,
    });
  });

  it("reads the answer in the order of the package's labels", async () => {
    const labels = ['no-imaging-signs', 'covid-19', 'other-infection'] as const;
    const found = await classify(
      volume,
      lungs,
      answering(0.125, 0.625, 0.25),
      { ...parameters, labels },
      hooks,
    );
    assert.deepEqual(found, {
      decision: 'covid-19',
      probabilities: { 'covid-19': 0.625, 'other-infection': 0.25, 'no-imaging-signs': 0.125 },
    });
  });

  it('takes probabilities that sum to 1 within a thousandth', async () => {
    const found = await classify(volume, lungs, answering(0.3005, 0.3, 0.4), parameters, hooks);
    assert.equal(found.decision, 'other-infection');
  });

  for (const [what, answer] of [
    ['a sum that is not 1', [0.3, 0.3, 0.3]],
    ['a NaN', [Number.NaN, 0.5, 0.5]],
    ['infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1]],
    ['a negative number', [-0.5, 0.75, 0.75]],
    ['two numbers', [0.5, 0.5]],
    ['four numbers', [0.25, 0.25, 0.25, 0.25]],
  ] as const) {
    it(`fails on ${what}`, async () => {
      await assert.rejects(classify(volume, lungs, answering(...answer), parameters, hooks), {
        code: 'inference-failed',
      });
    });
  }

  it('fails on labels that leave a class out', async () => {
    const labels = ['covid-19', 'other-infection', 'other-infection'] as const;
    await assert.rejects(
      classify(volume, lungs, answering(0.5, 0.25, 0.25), { ...parameters, labels }, hooks),
      {
        code: 'inference-failed',
        message: /no output for 'no-imaging-signs'/,
      },
    );
  });
});
