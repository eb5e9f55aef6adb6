import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentLungs } from '../../src/pipeline/segment-lungs.ts';
import { lobes, type Network, type PipelineParameters } from '../../src/pipeline/types.ts';
import type { CtVolume } from '../../src/volume/types.ts';
import { readNrrd } from '../support/read-nrrd.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { byPlace, lobeParameters as parameters, silent } from './lungs/stand-in-lobes.ts';
import { chest, covered, dice, makeChest } from './lungs/synthetic-chest.ts';

const hooks = { throwIfCancelled: () => {}, onProgress: () => {} };
const [height, width] = parameters.inputSize;
const plane = height * width;

test('the lobes are the network’s, named by its label order, on the volume’s own grid', async () => {
  const volume = makeChest();
  const { lobes: map, warnings } = await segmentLungs(volume, byPlace, parameters, hooks);
  assert.deepEqual(map.shape, volume.shape);
  const only = (...labels: number[]) => map.data.map((value) => (labels.includes(value) ? 1 : 0));
  const split = 0.45 * volume.shape[1];
  assert.ok(dice(only(lobes.indexOf('LLL') + 1), chest.left) > 0.97);
  assert.ok(dice(only(2), (z, y, x) => chest.right(z, y, x) && y < split) > 0.95);
  assert.ok(dice(only(3), (z, y, x) => chest.right(z, y, x) && y >= split) > 0.95);
  assert.equal(covered(map.data, chest.trachea), 0);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['lobe-empty'],
  );
  assert.match(warnings[0]?.text ?? '', /RUL, LUL/);
});

test('a network that says nothing leaves the threshold’s lungs, and a warning', async () => {
  const { lobes: map, warnings } = await segmentLungs(makeChest(true), silent, parameters, hooks);
  const both = (z: number, y: number, x: number) => chest.right(z, y, x) || chest.left(z, y, x);
  assert.ok(dice(map.data, both) > 0.97);
  assert.ok(warnings.some(({ code }) => code === 'lungs-disagree'));
});

/** Asks for one slice a sample, and knows sides only: the consolidated right lung is lung to it, too. */
const sideParameters: NonNullable<PipelineParameters['lungs']> = {
  inputSize: [height, width],
  window: { level: -212, width: 1624 },
  channels: 1,
  sliceStepMm: 5,
  labels: ['background', 'right-lung', 'left-lung'],
  activation: 'softmax',
  batchSize: 4,
};

/** Logits of a network that calls every pixel of a rectangle the given channel, in the whole volume. */
function sideNetwork(channel: number, isLung: (row: number, column: number) => boolean): Network {
  return async ({ dims: [samples = 0, channels] }) => {
    assert.equal(channels, 1);
    const data = Float32Array.from({ length: samples * 3 * plane }, (_, i) => {
      const p = i % plane;
      const of = isLung(Math.floor(p / width), p % width) ? channel : 0;
      return Math.floor(i / plane) % 3 === of ? 8 : -8;
    });
    return { data, dims: [samples, 3, height, width] };
  };
}

test('a second network that knows sides only adds what the first one misses, on its own side', async () => {
  const volume = makeChest();
  // Dense through and through, as a whole lung of consolidation: the threshold has nothing there, nor has byPlace.
  const [depth, rows, columns] = volume.shape;
  for (let i = 0; i < volume.data.length; i++) {
    const [z, y, x] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    if (chest.right(z, y, x)) volume.data[i] = 30;
  }
  const alone = await segmentLungs(volume, byPlace, parameters, hooks);
  // A column of the right lung: rows 20 to 80 of 112 and columns 25 to 50 of 128, halved.
  const inColumn = (y: number, x: number) => y >= 20 && y < 80 && x >= 26 && x < 50;
  const network = sideNetwork(1, (row, column) => inColumn(2 * row, 2 * column));
  const told: number[] = [];
  const both = await segmentLungs(
    volume,
    byPlace,
    parameters,
    { throwIfCancelled: () => {}, onProgress: (_, fraction) => told.push(fraction) },
    { network, parameters: sideParameters },
  );
  const right = (map: Uint8Array) => map.map((label) => (label >= 1 && label <= 3 ? 1 : 0));
  const core = (z: number, y: number, x: number) =>
    chest.right(z, y, x) && inColumn(y, x) && z > 12 && z < depth - 22;
  assert.ok(covered(right(alone.lobes.data), core) < 0.1);
  assert.ok(covered(right(both.lobes.data), core) > 0.95);
  assert.equal(told.at(-1), 1);
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  );
});

test('a network that was trained on the body alone is shown its box, and its answer lies where it belongs', async () => {
  const volume = makeChest();
  // The table, which is no body, stands out below: the box is smaller than the slice.
  const seen: number[] = [];
  const byValue: Network = async (input) => {
    const [samples = 0] = input.dims;
    seen.push(Math.max(...input.data.subarray(0, width)));
    return byPlace({ ...input, dims: [samples, 3, height, width] });
  };
  const whole = await segmentLungs(volume, byPlace, parameters, hooks);
  const cropped = await segmentLungs(volume, byValue, { ...parameters, crop: 'body' }, hooks);
  // In the whole slice the top row is air (0.167 in the window); in the box it touches the chest wall.
  assert.ok(seen.some((value) => value > 0.5));
  const lung = (map: Uint8Array) => map.map((label) => Math.min(1, label));
  const wanted = lung(whole.lobes.data);
  assert.ok(dice(lung(cropped.lobes.data), (z, y, x) => wanted[(z * 112 + y) * 128 + x] === 1) > 0.99);
});

test('the network sees z - 10 mm, z and z + 10 mm of every second slice, in full batches', async () => {
  const volume = makeChest();
  const dims: (readonly number[])[] = [];
  const firstPixels: number[] = [];
  const size = volume.shape[1] * volume.shape[2];
  // A corner that tells the slice: air at slice 0, one HU more in each slice.
  for (let z = 0; z < volume.shape[0]; z++) volume.data.fill(-1000 + z, z * size, z * size + 2);
  for (let z = 0; z < volume.shape[0]; z++) volume.data.fill(-1000 + z, z * size + 128, z * size + 130);
  const fractions: number[] = [];
  await segmentLungs(
    volume,
    async (input) => {
      dims.push(input.dims);
      for (let k = 0; k < 12; k++)
        firstPixels.push(Math.round((input.data[k * plane] as number) * 1500) - 250);
      return silent(input);
    },
    parameters,
    { throwIfCancelled: () => {}, onProgress: (_, fraction) => fractions.push(fraction) },
  );
  assert.ok(dims.every((d) => d.join() === `4,3,${height},${width}`));
  // Every slice of this chest has air inside (lung, stomach or trachea): 80 slices of 2.5 mm, asked 5 mm apart.
  assert.equal(dims.length, 10);
  assert.deepEqual(firstPixels.slice(0, 9), [0, 0, 4, 0, 2, 6, 0, 4, 8]);
  assert.deepEqual(firstPixels.slice(-3), [74, 78, 79]);
  assert.equal(fractions[0], 0);
  assert.equal(fractions.at(-1), 1);
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  );
});

for (const [what, value] of [
  ['numbers that are none', () => Number.NaN],
  ['logits', (channel: number) => (channel === 0 ? -3 : channel === 3 ? 4 : -5)],
  ['logits that sum to 1', (channel: number) => (channel === 0 ? 3 : channel === 1 ? -2 : 0)],
  ['sigmoids', () => 0.5],
] as const) {
  test(`a network that answers ${what} is refused`, async () => {
    const wrong: Network = async ({ dims: [samples = 0] }) => {
      const data = Float32Array.from({ length: samples * 6 * plane }, (_, i) =>
        value(Math.floor(i / plane) % 6),
      );
      return { data, dims: [samples, 6, height, width] };
    };
    await assert.rejects(segmentLungs(makeChest(), wrong, parameters, hooks), {
      code: 'inference-failed',
      message: /lobe network did not answer probabilities/,
    });
  });
}

test('a network that answers too few numbers is refused, one in half precision is not', async () => {
  const short: Network = async ({ dims }) => ({ data: new Float32Array(6 * plane), dims });
  await assert.rejects(segmentLungs(makeChest(), short, parameters, hooks), {
    code: 'inference-failed',
    message: /answered 21504 numbers instead of 86016/,
  });
  // A sixth in half precision is 0.1666; three channels of one eps (2^-11) more, as rounding may have it.
  const half: Network = async ({ dims: [samples = 0] }) => {
    const data = Float32Array.from({ length: samples * 6 * plane }, (_, i) =>
      Math.floor(i / plane) % 2 === 0 ? 0.1666 : 0.1666 + 2 ** -11,
    );
    return { data, dims: [samples, 6, height, width] };
  };
  await segmentLungs(makeChest(), half, parameters, hooks);
});

test('a cancelled run stops before its next batch', async () => {
  let calls = 0;
  const stop = new Error('stop');
  const run = segmentLungs(
    makeChest(),
    async (input) => {
      calls++;
      return silent(input);
    },
    parameters,
    {
      ...hooks,
      throwIfCancelled: () => {
        if (calls === 2) throw stop;
      },
    },
  );
  await assert.rejects(run, stop);
  assert.equal(calls, 2);
});

for (const [what, hu] of [
  ['air', -1000],
  ['water', 0],
] as const) {
  test(`a volume of nothing but ${what} has no lungs, asks no network and does not fail`, async () => {
    const volume = makeChest();
    volume.data.fill(hu);
    let asked = false;
    const ask: Network = async (input) => {
      asked = true;
      return silent(input);
    };
    const { lobes: map, warnings } = await segmentLungs(volume, ask, parameters, hooks);
    assert.ok(map.data.every((label) => label === 0));
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['lungs-not-found'],
    );
    assert.equal(asked, false);
  });
}

test('a single small slice does not fail', async () => {
  const volume: CtVolume = { ...makeChest(), data: new Int16Array(6).fill(-700), shape: [1, 2, 3] };
  const { lobes: map } = await segmentLungs(volume, silent, parameters, hooks);
  assert.equal(map.data.length, 6);
});

test('a real normal chest: the threshold alone meets the expert’s lungs', {
  skip: sharedDataMissing,
}, async () => {
  // Sizes and space directions of the header: x to the left, y to the back, z to the head, like ours.
  const ct = readNrrd(sharedData('cip-ct64', 'ct-64.nrrd'));
  const volume: CtVolume = {
    ...makeChest(),
    data: new Int16Array(ct.buffer, ct.byteOffset, ct.length / 2),
    shape: [79, 64, 64],
    spacingMm: [3.98734, 4.171872, 4.171872],
  };
  const { lobes: map } = await segmentLungs(volume, silent, parameters, hooks);
  const truth = readNrrd(sharedData('cip-ct64', 'lm-64.nrrd'));
  const sides = { right: 0, left: 0 };
  let both = 0;
  let sum = 0;
  for (let i = 0; i < map.data.length; i++) {
    const region = truth.readUInt16LE(2 * i) & 255;
    const found = map.data[i] as number;
    if (region >= 9) sum++;
    if (found > 0) sum++;
    if (region >= 9 && found > 0) both++;
    if (region >= 12 && found > 0 && found <= 3) sides.right++;
    if (region >= 9 && region <= 11 && found >= 4) sides.left++;
  }
  const overlap = (2 * both) / sum;
  assert.ok(overlap >= 0.97, `Dice ${overlap}`);
  assert.ok((sides.right + sides.left) / both > 0.99, 'regions 9-11 are left, 12-14 right');
});
