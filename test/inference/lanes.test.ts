import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, before, describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { withBatchesFor } from '../../src/inference/batch-size.ts';
import { hrSeconds } from '../../src/inference/busy-seconds.ts';
import { laneNetworks } from '../../src/inference/lane-networks.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { startLanes } from '../../src/inference/open-lanes.ts';
import { openSessions } from '../../src/inference/open-sessions.ts';
import { tensorShapes } from '../../src/inference/tensor-shapes.ts';
import type { Tensor } from '../../src/pipeline/types.ts';
import { shippedModels } from './support/copy-models.ts';

const { inference } = checkConfig({ inference: { provider: 'cpu' } });
const packages = withBatchesFor('cpu', await loadPackages(inference, shippedModels));
const names = ['lungsLobes', 'classifier', 'opacities'] as const;

/** Numbers in [0, 1) that look like no scan: Weyl's sequence, another one for each seed. */
function batchOf(name: (typeof names)[number], seed: number): Tensor {
  const dims = tensorShapes(packages[name].manifest).input;
  const length = dims.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, i) => ((i + seed) * 0.6180339887 + seed * 0.217) % 1);
  return { data, dims };
}

const bits = ({ data }: Tensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

describe('the shipped networks in lanes', () => {
  const batches = names.flatMap((name) => [1, 2, 3].map((seed) => ({ name, seed })));
  /** What one session answers that has all cores for itself, of each of `batches`. */
  const expected: Buffer[] = [];
  before(async () => {
    const { networks } = await openSessions(packages, { ...inference, threads: 0 });
    for (const { name, seed } of batches) {
      const answer = await networks[name]?.run(batchOf(name, seed));
      expected.push(Buffer.from(answer === undefined ? [] : bits(answer)));
    }
    await Promise.all(Object.values(networks).map((network) => network.release()));
  });

  for (const lanes of [1, 2, 3]) {
    describe(`${lanes} of them`, () => {
      let started: Awaited<ReturnType<typeof startLanes>>;
      before(async () => {
        started = await startLanes(packages, { ...inference, lanes });
        const codes = (await started.ready).map(({ code }) => code);
        assert.deepEqual(
          new Set(codes),
          new Set(lanes > availableParallelism() ? ['lanes-exceed-cores'] : []),
        );
      });
      after(() => started.close());

      it('answer what one session on all cores answers, bit for bit, in any order, to two pipelines', async () => {
        const before = hrSeconds();
        const pipelines = [started.connect(), started.connect()];
        const networks = pipelines.map((way) => laneNetworks(way));
        const order = batches.map((_, i) => (i * 4) % batches.length);
        const answers = await Promise.all(
          order.map(async (i) => {
            const { name, seed } = batches[i] as (typeof batches)[number];
            return { i, answer: await networks[i % 2]?.[name](batchOf(name, seed)) };
          }),
        );
        for (const { i, answer } of answers) {
          assert.ok(answer !== undefined && expected[i]?.equals(bits(answer)), JSON.stringify(batches[i]));
          const [began = 0, ended = 0] = answer.ran ?? [];
          assert.ok(before <= began && began < ended && ended <= hrSeconds(), 'by the clock of this thread');
        }
        assert.deepEqual([...(pipelines[0]?.load ?? [])], Array(lanes).fill(0), 'nothing is left to be done');
        for (const { ports } of pipelines) for (const port of ports) port.close();
      });
    });
  }
});

describe('a batch that a lane refuses', () => {
  it('fails as it would in this thread, and the next one is answered', async (t) => {
    const started = await startLanes(packages, { ...inference, lanes: 1 });
    await started.ready;
    t.after(() => started.close());
    const way = started.connect();
    const { classifier } = laneNetworks(way);
    const shared = new Float32Array(new SharedArrayBuffer(16));
    const refused = classifier({ data: shared, dims: [1, 1, 2, 2] });
    await assert.rejects(refused, {
      code: 'inference-failed',
      message: /'classifier-phantom' takes \[<= 1, /,
    });
    assert.equal(shared.length, 4, 'what others share is copied, not moved');
    const whole = batchOf('classifier', 1);
    const { data, input } = await classifier(whole);
    assert.equal(data.length, 3);
    assert.deepEqual([whole.data.length, input?.length], [0, 32 * 112 * 112], 'it was moved there and back');
    for (const port of way.ports) port.close();
  });
});
