import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openOpacityPlanes } from '../../src/pipeline/opacity-planes.ts';
import type { Network, PipelineParameters, Tensor } from '../../src/pipeline/types.ts';
import { volumeOf } from '../support/small-volume.ts';

const parameters: PipelineParameters['opacities'] = {
  inputSize: [2, 2],
  window: { level: 50, width: 100 },
  threshold: 0.5,
  batchSize: 1,
  noiseFloorMl: 0.1,
};
const hooks = { throwIfCancelled: () => {} };
/** Every voxel of slice z is z hundredths of the window: a network's input, and its answer, say which slice it is. */
const volume = volumeOf([12, 2, 2], [1, 1, 1], (z) => z);
const sliceIn = (data: Float32Array) => Math.round((data[0] as number) * 100);

/** A network in a thread of its own, held until the test lets it go; it says which slices it was asked about. */
function heldNetwork(answer: (z: number) => number = (z) => z / 100) {
  const asked: number[] = [];
  const held = Promise.withResolvers<void>();
  const ask = async ({ data, dims }: Tensor) => {
    const input = data.slice();
    asked.push(sliceIn(input));
    await held.promise;
    return { data: input.map(() => answer(sliceIn(input))), dims, input, ran: [0, 0.001] as const };
  };
  const network: Network = Object.assign(ask, { inFlight: 3 });
  return { network, asked, letGo: held.resolve };
}

function heard() {
  const planes: string[] = [];
  return { planes, hear: (z: number, plane: Float32Array) => void planes.push(`${z}: ${sliceIn(plane)}`) };
}

const planesOf = (...slices: number[]) => slices.map((z) => `${z}: ${z}`);

describe('the planes of an opacity network', () => {
  it('are asked for before it is certain where the lungs are, and none of them twice', async () => {
    const { network, asked, letGo } = heldNetwork();
    const { planes, hear } = heard();
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    run.begin([5, 6, 4]);
    await turn();
    assert.deepEqual(asked, [5, 6, 4]);
    letGo();
    await turn();
    await run.finish([4, 5, 6, 7, 8], hear);
    assert.deepEqual(asked, [5, 6, 4, 7, 8]);
    assert.deepEqual(planes.toSorted(), planesOf(4, 5, 6, 7, 8));
  });

  it('are asked for no more, where they were thought to be needed and are not', async () => {
    const { network, asked, letGo } = heldNetwork();
    const { planes, hear } = heard();
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    run.begin([1, 5, 6, 2, 3]);
    const done = run.finish([5, 6, 7], hear);
    letGo();
    await done;
    assert.deepEqual(asked, [1, 5, 6, 7], 'three on their way when it was known');
    assert.deepEqual(planes, planesOf(5, 6, 7));
  });

  it('are the same in batches, of which some were begun', async () => {
    const { network, asked, letGo } = heldNetwork();
    const { planes, hear } = heard();
    const batched: Network = Object.assign(
      async ({ data, dims }: Tensor) => {
        const halves = [data.slice(0, 4), data.slice(4)];
        const answers = await Promise.all(halves.map((half) => network({ data: half, dims })));
        return { data: Float32Array.from(answers.flatMap((answer) => [...answer.data])), dims };
      },
      { inFlight: 2 },
    );
    const run = openOpacityPlanes(volume, batched, { ...parameters, batchSize: 2 }, hooks);
    run.begin([9, 8, 7]);
    letGo();
    await run.finish([5, 6, 7, 8], hear);
    // The third batch of what was begun, and the last of the rest, are filled up with zeros.
    assert.deepEqual(asked, [9, 8, 7, 0, 5, 6]);
    assert.deepEqual(planes.toSorted(), planesOf(5, 6, 7, 8));
  });

  it('are not begun by a network that runs in the thread of the pipeline', async () => {
    const { planes, hear } = heard();
    const asked: number[] = [];
    const network: Network = async ({ data, dims }) => {
      asked.push(sliceIn(data));
      return { data: data.slice(), dims };
    };
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    run.begin([5, 6]);
    assert.deepEqual(asked, []);
    await run.finish([6], hear);
    assert.deepEqual([asked, planes], [[6], planesOf(6)]);
  });

  it('that are no probabilities end the run where they are wanted, and only there', async () => {
    const { network, letGo } = heldNetwork((z) => (z === 6 ? 3 : z / 100));
    const { planes, hear } = heard();
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    run.begin([5, 6]);
    letGo();
    await turn();
    await run.finish([5], hear);
    assert.deepEqual(planes, planesOf(5));
    await assert.rejects(openOpacityPlanes(volume, network, parameters, hooks).finish([5, 6], heard().hear), {
      code: 'inference-failed',
    });
    const begun = openOpacityPlanes(volume, network, parameters, hooks);
    begun.begin([5, 6]);
    await turn();
    await assert.rejects(begun.finish([5, 6], heard().hear), { code: 'inference-failed' });
  });

  it('are begun once, and not after it was finished or stopped', async () => {
    const { network, asked, letGo } = heldNetwork();
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    letGo();
    run.begin([1]);
    run.begin([2]);
    await run.finish([3], heard().hear);
    run.begin([4]);
    const stopped = openOpacityPlanes(volume, network, parameters, hooks);
    await stopped.stop();
    stopped.begin([5]);
    assert.deepEqual(asked, [1, 3]);
  });

  it('are begun as far as 32 MiB of answers go, and the rest is asked about when it is certain', async () => {
    const { network, asked, letGo } = heldNetwork();
    letGo();
    // 1448 x 1448 numbers of 4 bytes are 8 MiB less 0.02 %.
    const large = { ...parameters, inputSize: [1448, 1448] as const };
    const run = openOpacityPlanes(volume, network, large, hooks);
    const slices = [0, 1, 2, 3, 4, 5];
    run.begin(slices);
    while (asked.length < 4) await turn();
    for (let turns = 0; turns < 10; turns++) await turn();
    assert.deepEqual(asked, [0, 1, 2, 3]);
    const { planes, hear } = heard();
    await run.finish(slices, hear);
    assert.deepEqual(asked, slices);
    assert.deepEqual(planes.toSorted(), planesOf(...slices));
  });

  it('that were begun are not told to a run that was cancelled meanwhile', async () => {
    const { network, letGo } = heldNetwork();
    let isCancelled = false;
    const throwIfCancelled = () => {
      if (isCancelled) throw new Error('cancelled');
    };
    const run = openOpacityPlanes(volume, network, parameters, { throwIfCancelled });
    run.begin([1, 2]);
    letGo();
    await turn();
    isCancelled = true;
    const { planes, hear } = heard();
    await assert.rejects(run.finish([1, 2], hear), { message: 'cancelled' });
    assert.deepEqual(planes, []);
    await run.stop();
  });

  it('are on their way no more when it was stopped', async () => {
    const { network, asked, letGo } = heldNetwork();
    const run = openOpacityPlanes(volume, network, parameters, hooks);
    run.begin([1, 2, 3, 4, 5]);
    let hasStopped = false;
    const stopped = run.stop().then(() => {
      hasStopped = true;
    });
    await turn();
    assert.equal(hasStopped, false);
    letGo();
    await stopped;
    assert.deepEqual(asked, [1, 2, 3]);
  });
});
