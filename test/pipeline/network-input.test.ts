import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { channelOffsets, channelScales, writeChannel } from '../../src/pipeline/network-input.ts';

function written(values: readonly number[], parameters: Parameters<typeof channelScales>[0], channels = 1) {
  return channelScales(parameters, channels).map((scale) => {
    const out = new Float32Array(values.length);
    writeChannel(Float32Array.from(values), scale, out);
    return [...out].map((value) => Math.round(value * 1e4) / 1e4);
  });
}

describe('the scale of a network’s input', () => {
  it('is the window’s 0 to 1 where nothing is said', () => {
    assert.deepEqual(written([0, 0.25, 1], {}), [[0, 0.25, 1]]);
  });

  it('is the range that the network was trained on', () => {
    assert.deepEqual(written([0, 0.25, 1], { range: [-1, 1] }), [[-1, -0.5, 1]]);
  });

  it('is normalised after that: HU by their own mean and deviation, as nnU-Net has it', () => {
    // By hand: HU -1024, 176, 976 of a window of 2000 about -24; (-1024 + 100) / 400, (176 + 100) / 400, 1076 / 400.
    const ctLike = { range: [-1024, 976], normalise: { mean: [-100], std: [400] } } as const;
    assert.deepEqual(written([0, 0.6, 1], ctLike), [[-2.31, 0.69, 2.69]]);
  });

  it('is each channel’s own where there is one number a channel, as ImageNet encoders have it', () => {
    // By hand: (0.5 - mean) / std of torchvision's ImageNet statistics, rounded.
    const imageNet = { normalise: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } };
    assert.deepEqual(written([0.5], imageNet, 3), [[0.0655], [0.1964], [0.4178]]);
  });
});

describe('the slices that the channels of a sample show', () => {
  it('are the slice itself where no context is asked for', () => {
    assert.deepEqual(channelOffsets({}, 3, 1).map(Math.abs), [0, 0, 0]);
    assert.deepEqual(channelOffsets({ contextMm: 10 }, 1, 1).map(Math.abs), [0]);
  });

  it('lie contextMm apart, feet to head, with the slice in the middle', () => {
    assert.deepEqual(channelOffsets({ contextMm: 10 }, 3, 2.5), [-4, 0, 4]);
    assert.deepEqual(channelOffsets({ contextMm: 3 }, 5, 1.5), [-4, -2, 0, 2, 4]);
  });

  it('differ also where slices are thicker than the context', () => {
    assert.deepEqual(channelOffsets({ contextMm: 1 }, 3, 5), [-1, 0, 1]);
  });
});
