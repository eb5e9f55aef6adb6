import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { runPipeline } from '../../src/pipeline/run-pipeline.ts';
import type { Network, PipelineHooks, Tensor } from '../../src/pipeline/types.ts';
import { chest, hooks, networks, parameters } from './support/geometric-chest.ts';

/** The opacity network as it is in a thread of its own: it answers later, once it is let. */
function elsewhere() {
  const told = { asked: 0, answered: 0 };
  const held = Promise.withResolvers<void>();
  const ask = async ({ data, dims }: Tensor) => {
    const input = data.slice();
    told.asked++;
    await held.promise;
    const answer = await networks.opacities({ data: input, dims });
    told.answered++;
    return { ...answer, input };
  };
  const network: Network = Object.assign(ask, { inFlight: 3 });
  return { network, told, letGo: held.resolve };
}

/** Whether it has ended once everything that could happen without the held network has. */
async function hasEnded(run: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  run.then(end, end);
  for (let turns = 0; turns < 20; turns++) await turn();
  return ended;
}

describe('opacities that are begun while the lungs are worked out', () => {
  it('are the same', async () => {
    const { network, told, letGo } = elsewhere();
    letGo();
    let early = 0;
    const onProgress: PipelineHooks['onProgress'] = (stage, fraction) => {
      if (stage === 'lungs' && fraction === 1) early = told.asked;
    };
    const run = (opacities: Network) =>
      runPipeline(chest, { ...networks, opacities }, parameters, {}, { ...hooks, onProgress });
    const begun = await run(network);
    assert.ok(early > 0, 'nothing was asked before the lungs were known');
    const plain = await run(networks.opacities);
    assert.ok(begun.kind === 'found' && plain.kind === 'found');
    assert.deepEqual(begun.findings, plain.findings);
    assert.deepEqual(begun.masks, plain.masks);
  });

  for (const [what, settings, rejected] of [
    ['too little lung was found', { options: { minLungMl: 1e6 } }, undefined],
    [
      'another network failed',
      { classifier: async () => ({ data: new Float32Array(3), dims: [1, 3] }) },
      { code: 'inference-failed' },
    ],
    ['it was cancelled', { isCancelled: true }, { message: 'cancelled' }],
  ] as const) {
    it(`are on their way no more when the run ends because ${what}`, async () => {
      const { network, told, letGo } = elsewhere();
      const {
        options = {},
        isCancelled = false,
        ...others
      } = settings as {
        readonly options?: { readonly minLungMl?: number };
        readonly isCancelled?: boolean;
      };
      const throwIfCancelled = () => {
        if (isCancelled && told.asked > 0) throw new Error('cancelled');
      };
      const own = { ...networks, ...others, opacities: network };
      const run = runPipeline(chest, own, parameters, options, { ...hooks, throwIfCancelled });
      while (told.asked === 0) await turn();
      assert.equal(await hasEnded(run), false);
      letGo();
      if (rejected === undefined) assert.equal((await run).kind, 'too-little-lung');
      else await assert.rejects(run, rejected);
      assert.equal(told.answered, told.asked);
    });
  }
});
