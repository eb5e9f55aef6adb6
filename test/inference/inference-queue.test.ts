import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { InferenceQueue } from '../../src/inference/inference-queue.ts';
import type { CtVolume } from '../../src/volume/types.ts';

/** What support/scripted-worker.ts does with a volume. */
const script = { answer: 0, untilCancelled: 1, exit: 2, throw: 3, deaf: 4, lungs: 5 } as const;

function volume(what: number, mark = 0): CtVolume {
  const data = new Int16Array(new SharedArrayBuffer(4));
  data.set([what, mark]);
  return {
    data,
    shape: [1, 1, 2],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
}

function openQueue(
  t: TestContext,
  options?: ConstructorParameters<typeof InferenceQueue>[1],
): InferenceQueue {
  const worker = new Worker(new URL('./support/scripted-worker.ts', import.meta.url));
  t.after(() => worker.terminate());
  return new InferenceQueue(worker, options);
}

const started = (onStart: () => void) => ({ onProgress: onStart });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

describe('the line in front of the inference worker', () => {
  test('serves first in, first out, one at a time', async (t) => {
    const queue = openQueue(t);
    const order: string[] = [];
    const one = async (mark: number) => {
      const result = await queue.analyse(
        volume(script.answer, mark),
        started(() => order.push(`start ${mark}`)),
      );
      order.push(`end ${result.kind === 'too-little-lung' ? result.lungMl : '?'}`);
    };
    await Promise.all([one(1), one(2), one(3)]);
    assert.deepEqual(order, ['start 1', 'end 1', 'start 2', 'end 2', 'start 3', 'end 3']);
    await queue.close();
  });

  test('hands over the lungs while the run goes on, but not to who told it to stop', async (t) => {
    const queue = openQueue(t);
    const told: string[] = [];
    const one = async (signal: AbortSignal, onProgress = () => {}) => {
      const onLungs = ({ lobes }: { readonly lobes: Uint8Array }) => told.push(`lungs ${lobes}`);
      await queue.analyse(volume(script.lungs), { signal, onProgress, onLungs });
      told.push('end');
    };
    await one(new AbortController().signal);
    assert.deepEqual(told, ['lungs 0,3', 'end']);
    const hangUp = new AbortController();
    assert.equal(await codeOf(one(hangUp.signal, () => hangUp.abort())), 'cancelled');
    assert.deepEqual(told, ['lungs 0,3', 'end']);
    await queue.close();
  });

  test('lets a waiting request leave at once when it is aborted', async (t) => {
    const queue = openQueue(t);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = codeOf(queue.analyse(volume(script.untilCancelled), { signal: running.signal }));
    const second = codeOf(queue.analyse(volume(script.answer), { signal: waiting.signal }));
    const third = codeOf(queue.analyse(volume(script.answer)));
    waiting.abort();
    assert.equal(await second, 'cancelled', 'while the first still runs');
    running.abort();
    assert.equal(await first, 'cancelled');
    assert.equal(await third, 'done');
    await queue.close();
  });

  test('tells how long the networks of a run took, of one that was stopped too', async (t) => {
    const told: number[] = [];
    const queue = openQueue(t, { onRan: (networkSeconds) => void told.push(networkSeconds) });
    const abort = new AbortController();
    await queue.analyse(volume(script.answer));
    await codeOf(
      queue.analyse(volume(script.untilCancelled), {
        signal: abort.signal,
        ...started(() => abort.abort()),
      }),
    );
    // What support/scripted-worker.ts says of each.
    assert.deepEqual(told, [1, 2]);
    await queue.close();
  });

  test('takes no request that is aborted already', async (t) => {
    const queue = openQueue(t);
    assert.equal(
      await codeOf(queue.analyse(volume(script.answer), { signal: AbortSignal.abort() })),
      'cancelled',
    );
    await queue.close();
  });

  test('stops the run whose progress cannot be told, with what its caller threw, and goes on', async (t) => {
    const queue = openQueue(t);
    const thrown = new Error('the screen is gone');
    const first = queue.analyse(volume(script.untilCancelled), {
      onProgress: () => {
        throw thrown;
      },
    });
    const second = codeOf(queue.analyse(volume(script.answer)));
    await assert.rejects(first, (error) => error === thrown);
    assert.equal(await second, 'done');
    await queue.close();
  });

  for (const [how, what] of [
    ['exits', script.exit],
    ['throws', script.throw],
  ] as const) {
    test(`fails every request when the worker ${how}, then takes none`, async (t) => {
      const queue = openQueue(t);
      const codes = [codeOf(queue.analyse(volume(what))), codeOf(queue.analyse(volume(script.answer)))];
      assert.deepEqual(await Promise.all(codes), ['inference-failed', 'inference-failed']);
      const { message } = await queue.failed;
      assert.match(message, /The inference worker failed/);
      assert.doesNotMatch(message, /out of tricks/, 'the words of a thrown error may be about anybody');
      assert.equal(await codeOf(queue.analyse(volume(script.answer))), 'inference-failed');
      await queue.close();
    });
  }

  test('gives up on a run that does not stop when told, without terminating the worker', async (t) => {
    const queue = openQueue(t, { stopGraceSeconds: 0.2 });
    const abort = new AbortController();
    const stuck = codeOf(
      queue.analyse(volume(script.deaf), { signal: abort.signal, ...started(() => abort.abort()) }),
    );
    const waiting = codeOf(queue.analyse(volume(script.answer)));
    assert.match((await queue.failed).message, /did not stop within 0.2 s/);
    assert.deepEqual(await Promise.all([stuck, waiting]), ['cancelled', 'inference-failed']);
    await queue.close();
  });

  test('gives up on a run that tells of no progress, though nobody told it to stop', async (t) => {
    const queue = openQueue(t, { stallSeconds: 3 });
    const stuck = codeOf(queue.analyse(volume(script.deaf)));
    assert.match((await queue.failed).message, /no progress for 3 s in stage lungs/);
    assert.equal(await stuck, 'inference-failed');
    await queue.close();
  });

  test('when closed finishes what runs, turns away what waits, and ends the worker', async (t) => {
    const queue = openQueue(t);
    const running = codeOf(queue.analyse(volume(script.answer)));
    const waiting = codeOf(queue.analyse(volume(script.answer)));
    await Promise.all([queue.close(), queue.close()]);
    assert.deepEqual(await Promise.all([running, waiting]), ['done', 'shutting-down']);
    assert.equal(await codeOf(queue.analyse(volume(script.answer))), 'shutting-down');
  });
});
