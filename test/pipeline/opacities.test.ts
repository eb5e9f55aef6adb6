import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { segmentOpacities as segmentBy } from '../../src/pipeline/opacities.ts';
import { opacityInput, openOpacityPlanes } from '../../src/pipeline/opacity-planes.ts';
import type { Network, PipelineHooks, PipelineParameters, Tensor } from '../../src/pipeline/types.ts';
import { openSlicePlane } from '../../src/volume/slice-plane.ts';
import type { CtVolume, LabelMap } from '../../src/volume/types.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const parameters: PipelineParameters['opacities'] = {
  inputSize: [8, 8],
  window: { level: -500, width: 1500 },
  bcet: { low: 0, high: 1, mean: 110 / 255 },
  threshold: 0.5,
  batchSize: 2,
  noiseFloorMl: 0.1,
};
const hooks: PipelineHooks = { onProgress: () => {}, throwIfCancelled: () => {} };

const segmentOpacities = (
  volume: CtVolume,
  lungs: LabelMap,
  network: Network,
  own: PipelineParameters['opacities'],
  told: PipelineHooks,
) => segmentBy(volume, lungs, openOpacityPlanes(volume, network, own, told), own, told);

/** Answers its input. A slice of two values only becomes 0 and 1 by BCET, so it marks the denser one. */
const echo: Network = async ({ data, dims }) => ({ data: data.slice(), dims });

const shape = [7, 8, 8] as const;
/** A dense block of 4 x 4 in slices 1 to 5, half of it in the lung, which is x < 4 in slices 2 to 6. */
const inBlock = (z: number, y: number, x: number) => z >= 1 && z <= 5 && y >= 2 && y < 6 && x >= 2 && x < 6;
const inLung = (z: number, x: number) => z >= 2 && x < 4;
const volume = volumeOf(shape, [1, 1, 1], (z, y, x) => (inBlock(z, y, x) ? -200 : -850));
const lungs = labelsOf(shape, (z, _y, x) => (inLung(z, x) ? 3 : 0));
const truth = labelsOf(shape, (z, y, x) => Number(inBlock(z, y, x) && inLung(z, x)));

describe('segmenting opacities', () => {
  for (const [height, width] of [
    [8, 8],
    [16, 32],
    [4, 4],
    [4, 16],
  ] as const) {
    it(`finds the block inside the lung, on the volume's grid, by a network of ${height} x ${width}`, async () => {
      // By hand: the block's edges lie on those of the small grid; half way across an edge is the threshold.
      const found = await segmentOpacities(
        volume,
        lungs,
        echo,
        { ...parameters, inputSize: [height, width] },
        hooks,
      );
      assert.deepEqual(found, truth);
    });
  }

  it('asks the network about slices with lung only, in batches of one size, the last filled up with zeros', async () => {
    const asked: Tensor[] = [];
    const network: Network = (input) => {
      asked.push({ ...input, data: input.data.slice() });
      return echo(input);
    };
    await segmentOpacities(volume, lungs, network, { ...parameters, batchSize: 4 }, hooks);
    assert.deepEqual(
      asked.map(({ dims }) => dims),
      [
        [4, 1, 8, 8],
        [4, 1, 8, 8],
      ],
    );
    // Slices 2 to 5 fill the first batch; slice 6 is constant and therefore 0, and so is the filling.
    const firstSlice = Float32Array.from({ length: 64 }, (_, i) => Number(inBlock(2, i >> 3, i & 7)));
    assert.deepEqual(asked[0]?.data.subarray(0, 64), firstSlice);
    assert.deepEqual(asked[1]?.data, new Float32Array(256));
  });

  it('drops a region that nowhere rises above the peak threshold, and keeps all of one that does', async () => {
    const everywhere = labelsOf(shape, () => 3);
    const probability = (z: number, y: number, x: number) => {
      // A bar through slices 1 to 5, sure in one; one that is nowhere sure; one that touches the first at a corner.
      if (z >= 1 && z <= 5 && y >= 5 && y < 7 && x >= 2 && x < 5) return z === 3 ? 0.96 : 0.6;
      if (z >= 1 && z <= 5 && y < 2 && x >= 2 && x < 6) return 0.94;
      if (z === 3 && y === 4 && x === 5) return 0.9;
      // Two sure ones that follow each other in memory, and lie at the ends of two rows.
      if (z === 0 && ((y === 3 && x === 7) || (y === 4 && x === 0))) return 0.99;
      return 0.1;
    };
    let first = 0;
    const network: Network = async ({ data, dims }) => {
      const slices = first;
      first += 2;
      const answer = data.map((_, i) => probability(slices + Math.floor(i / 64), (i >> 3) & 7, i & 7));
      return { data: answer, dims };
    };
    const peaked = { ...parameters, peakThreshold: 0.95 };
    const found = await segmentOpacities(volume, everywhere, network, peaked, hooks);
    const kept = (z: number, y: number, x: number) => probability(z, y, x) > (y >= 5 ? 0.5 : 0.95);
    assert.deepEqual(
      found,
      labelsOf(shape, (z, y, x) => Number(kept(z, y, x))),
    );
  });

  it('shows the network the whole slice, not only the lungs', async () => {
    const seen: number[] = [];
    const network: Network = (input) => {
      seen.push(input.data[2 * 8 + 5] as number);
      return echo(input);
    };
    await segmentOpacities(volume, lungs, network, parameters, hooks);
    assert.equal(seen[0], 1, 'the part of the block that is outside the lung');
  });

  it('marks what is above the threshold, not what reaches it', async () => {
    const constant =
      (value: number): Network =>
      async ({ data, dims }) => ({ data: new Float32Array(data.length).fill(value), dims });
    const count = async (value: number) => {
      const found = await segmentOpacities(volume, lungs, constant(value), parameters, hooks);
      return found.data.reduce((sum, voxel) => sum + voxel, 0);
    };
    assert.equal(await count(0.5), 0);
    assert.equal(await count(0.5001), 5 * 8 * 4);
  });

  it('tells its progress after every slice', async () => {
    const told: [string, number][] = [];
    const onProgress = (stage: string, fraction: number) => told.push([stage, fraction]);
    await segmentOpacities(volume, lungs, echo, parameters, { ...hooks, onProgress });
    assert.deepEqual(
      told,
      [1, 2, 3, 4, 5].map((slices) => ['opacities', slices / 5]),
    );
  });

  it('stops between two batches when it is cancelled', async () => {
    let batches = 0;
    const network: Network = (input) => {
      batches++;
      return echo(input);
    };
    const throwIfCancelled = () => {
      if (batches === 1) throw new Error('cancelled');
    };
    await assert.rejects(
      segmentOpacities(volume, lungs, network, parameters, { ...hooks, throwIfCancelled }),
      {
        message: 'cancelled',
      },
    );
    assert.equal(batches, 1);
  });

  it('asks nothing and finds nothing without lungs', async () => {
    const never: Network = () => assert.fail('the network was asked');
    const found = await segmentOpacities(
      volume,
      labelsOf(shape, () => 0),
      never,
      parameters,
      hooks,
    );
    assert.deepEqual(
      found,
      labelsOf(shape, () => 0),
    );
  });

  it('fails when the network answers another size, a number that is none, or logits', async () => {
    const short: Network = async ({ dims }) => ({ data: new Float32Array(64), dims });
    const nan: Network = async ({ data, dims }) => ({ data: data.slice().fill(Number.NaN, 70, 71), dims });
    const above: Network = async ({ data, dims }) => ({ data: data.slice().fill(1.2, 70, 71), dims });
    const below: Network = async ({ data, dims }) => ({ data: data.slice().fill(-3, 70, 71), dims });
    for (const network of [short, nan, above, below]) {
      await assert.rejects(segmentOpacities(volume, lungs, network, parameters, hooks), {
        code: 'inference-failed',
      });
    }
  });
});

describe('an opacity network of another kind', () => {
  const { bcet: _, ...noBcet } = parameters;

  it('sees its own window and scale, without the stretch, and the slices around', async () => {
    const seen: Float32Array[] = [];
    const network: Network = async ({ data, dims }) => {
      seen.push(data.slice());
      return { data: new Float32Array(dims[0] as number).fill(0.1), dims };
    };
    const oneVoxel = volumeOf([3, 1, 1], [5, 1, 1], (z) => [-1350, -600, 150][z] as number);
    const everywhere = labelsOf([3, 1, 1], () => 1);
    await segmentOpacities(
      oneVoxel,
      everywhere,
      network,
      {
        ...noBcet,
        inputSize: [1, 1],
        window: { level: -600, width: 1500 },
        range: [-1, 1],
        channels: 3,
        contextMm: 5,
        batchSize: 3,
      },
      hooks,
    );
    // By hand: -1350, -600, 150 HU are the low edge, middle and high edge; beyond the ends the last slice stays.
    assert.deepEqual([...(seen[0] ?? [])], [-1, -1, 0, -1, 0, 1, 0, 1, 1]);
  });

  it('has its logits made probabilities, and the channels that are opacity added up', async () => {
    // By hand, softmax of [ln 4, ln 3, ln 3] is 0.4, 0.3, 0.3: no single channel of opacity is above the threshold.
    const logits = [Math.log(4), Math.log(3), Math.log(3)];
    const network: Network = async ({ dims: [batch = 0] }) => ({
      data: Float32Array.from({ length: batch * 3 * 64 }, (_, i) => logits[Math.floor(i / 64) % 3] as number),
      dims: [batch, 3, 8, 8],
    });
    const labels = ['background', 'opacity', 'opacity'] as const;
    const marked = async (threshold: number) => {
      const own = { ...parameters, labels, activation: 'softmax', threshold } as const;
      const { data } = await segmentOpacities(volume, lungs, network, own, hooks);
      return data.reduce((sum, voxel) => sum + voxel, 0);
    };
    assert.equal(await marked(0.59), lungs.data.filter((label) => label !== 0).length);
    assert.equal(await marked(0.61), 0);
  });

  it('is refused where its logits are not declared', async () => {
    const logits: Network = async ({ data, dims }) => ({ data: data.map((value) => 8 * value - 4), dims });
    await assert.rejects(segmentOpacities(volume, lungs, logits, parameters, hooks), {
      code: 'inference-failed',
      message: /did not answer probabilities \(sigmoid inside, or `activation` in its manifest\)/,
    });
    const found = await segmentOpacities(
      volume,
      lungs,
      logits,
      { ...parameters, activation: 'sigmoid' },
      hooks,
    );
    assert.deepEqual(found, truth);
  });
});

describe("the opacity network's input", () => {
  it('is resized, windowed, then stretched by BCET', () => {
    // Halved, these HU are -1100, -950, -800, -500 and 100; the lung window makes 0.1, 0.2, 0.3, 0.5 and 0.9 of
    // them, for which numpy gives the parabola's values (see the test of BCET).
    const hu = new Int16Array([-1100, -1100, -900, -1000, -700, -900, -600, -400, 0, 200]);
    const slicePlane = openSlicePlane([1, 10], [1, 5]);
    opacityInput(hu, slicePlane, parameters);
    for (const [i, expected] of [0, 0.1813725, 0.3466387, 0.6288515, 1].entries()) {
      assert.ok(Math.abs((slicePlane.plane[i] as number) - expected) < 1e-6);
    }
  });
});
