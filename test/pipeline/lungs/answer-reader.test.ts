import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openAnswerReader } from '../../../src/pipeline/lungs/answer-reader.ts';

/** Not a multiple of the four that are read at once. */
const pixels = 501;
const parts = ['a', 'b', 'c', 'd', 'e'] as const;
type Part = (typeof parts)[number];

/** Park and Miller's numbers, so that a failure can be looked at again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Channels that sum to 1 at every pixel, half of them nearly all background. */
function softmaxOf(channels: number, background: number, random: () => number): Float32Array {
  const answer = new Float32Array(channels * pixels);
  for (let p = 0; p < pixels; p++) {
    const weights = Array.from({ length: channels }, (_, c) =>
      c === background && p % 2 === 0 ? 20 + 40 * random() : random(),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    weights.forEach((weight, c) => {
      answer[c * pixels + p] = weight / sum;
    });
  }
  return answer;
}

/** The same in so many words: each pixel by itself, its channels as a list. */
function slowly(answer: Float32Array, labels: readonly (Part | 'background')[], named: readonly Part[]) {
  const lung: number[] = [];
  const label: number[] = [];
  for (let p = 0; p < pixels; p++) {
    const at = (name: Part | 'background') => answer[labels.indexOf(name) * pixels + p] as number;
    const probability = Math.round(255 * (1 - at('background')));
    const likeliest = Math.max(...named.map(at));
    lung.push(probability < 13 ? 0 : probability);
    label.push(probability < 13 ? 0 : named.findIndex((name) => at(name) === likeliest) + 1);
  }
  return { lung: Uint8Array.from(lung), label: Uint8Array.from(label) };
}

const kinds = [
  { labels: ['background', ...parts], named: parts },
  { labels: ['e', 'c', 'background', 'a', 'b', 'd'], named: parts },
  { labels: ['a', 'background', 'b'], named: ['a', 'b'] },
] as const;

describe("reading a lung network's answer", () => {
  for (const { labels, named } of kinds) {
    const random = numbers(labels.length);
    const readAnswer = openAnswerReader<Part>(pixels, labels, named);
    const answer = softmaxOf(labels.length, labels.indexOf('background'), random);

    it(`says of ${labels.join(', ')} what each pixel by itself would say`, () => {
      const read = readAnswer(answer);
      assert.deepEqual(read, slowly(answer, labels, named));
    });

    it(`refuses of ${labels.join(', ')} a channel that is no number, below 0, or too much`, () => {
      for (let channel = 0; channel < labels.length; channel++) {
        const at = channel * pixels + Math.floor(random() * pixels);
        const value = answer[at] as number;
        for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -0.02, value + 0.03, value - 0.03]) {
          const spoilt = answer.slice().fill(wrong, at, at + 1);
          // Below 0 the sum may still be 1: another channel makes up for it.
          const next = ((channel + 1) % labels.length) * pixels + (at % pixels);
          if (wrong === -0.02) spoilt[next] = (answer[next] as number) + value + 0.02;
          assert.equal(readAnswer(spoilt), undefined, `${channel}: ${wrong}`);
        }
      }
    });
  }

  it('is exact at the bounds, by hand', () => {
    // Four pixels, as many as are read at once, then one by itself.
    const reader = openAnswerReader<'a'>(5, ['background', 'a'], ['a']);
    const read = (background: number, a: number) =>
      reader(Float32Array.of(1, 1, background, 1, background, 0, 0, a, 0, a));
    // 255 (1 - b) + 1/2 is 13 at b = 0.95098039: the float32 numbers beside it are 0.95098037 and 0.95098042.
    const lungOf = (background: number) => read(background, 1 - background)?.lung;
    assert.deepEqual(lungOf(0.95098037), Uint8Array.of(0, 0, 13, 0, 13));
    assert.deepEqual(lungOf(0.95098042), new Uint8Array(5));
    assert.deepEqual(lungOf(0.951), new Uint8Array(5));
    // Sums of 0.99 and 1.01, in float32 a little above and a little below.
    assert.ok(read(0.5, 0.49000001));
    assert.equal(read(0.5, 0.48999998), undefined);
    assert.ok(read(0.5, 0.50999999));
    assert.equal(read(0.5, 0.51000005), undefined);
    // A little below 0 is what rounding does.
    assert.deepEqual(read(-0.001, 1)?.lung, Uint8Array.of(0, 0, 255, 0, 255));
    assert.deepEqual(read(-0.004, 1.002)?.lung, Uint8Array.of(0, 0, 255, 0, 255));
    assert.equal(read(-0.02, 1.02), undefined);
  });

  it('is of the length that was said', () => {
    const reader = openAnswerReader<'a'>(5, ['background', 'a'], ['a']);
    for (const length of [9, 11]) assert.throws(() => reader(new Float32Array(length)), RangeError);
  });
});
