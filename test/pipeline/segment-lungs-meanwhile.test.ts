/** What `segmentLungs` does while a network has not answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { segmentLungs } from '../../src/pipeline/segment-lungs.ts';
import type { Network } from '../../src/pipeline/types.ts';
import { byPlace, lobeParameters as parameters } from './lungs/stand-in-lobes.ts';
import { makeChest } from './lungs/synthetic-chest.ts';

const hooks = { throwIfCancelled: () => {}, onProgress: () => {} };

/** A network that answers, from its `from`-th batch on, only once it is let, as one in a thread of its own may. */
function heldNetwork(
  answer: Network,
  from = 1,
): { network: Network; asked: Promise<void>; letGo: () => void } {
  const asked = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let batches = 0;
  const network: Network = async (input) => {
    batches++;
    if (batches >= from) {
      asked.resolve();
      await held.promise;
    }
    return answer(input);
  };
  return { network, asked: asked.promise, letGo: held.resolve };
}

test('what needs no answer of the networks is done while they run', async () => {
  const { network, asked, letGo } = heldNetwork(byPlace, 2);
  let steps = 0;
  const throwIfCancelled = () => void steps++;
  const run = segmentLungs(makeChest(), network, parameters, { ...hooks, throwIfCancelled });
  await asked;
  while (steps < 6) await turn();
  // The grid, the body, two batches; the airways and the pieces of air while the second one is not answered.
  assert.equal(steps, 6);
  letGo();
  const { lobes: map } = await run;
  assert.deepEqual(map, (await segmentLungs(makeChest(), byPlace, parameters, hooks)).lobes);
});

test('a run that is cancelled while a network runs ends when that has answered, with the reason', async () => {
  const { network, asked, letGo } = heldNetwork(byPlace);
  let steps = 0;
  const throwIfCancelled = () => {
    if (++steps > 3) throw new Error('cancelled');
  };
  let hasEnded = false;
  const run = segmentLungs(makeChest(), network, parameters, { ...hooks, throwIfCancelled });
  const ended = assert.rejects(run, { message: 'cancelled' }).then(() => {
    hasEnded = true;
  });
  await asked;
  await turn();
  assert.equal(hasEnded, false);
  letGo();
  await ended;
});
