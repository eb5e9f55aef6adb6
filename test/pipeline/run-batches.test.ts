import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { runBatches } from '../../src/pipeline/run-batches.ts';
import type { Answer, Network } from '../../src/pipeline/types.ts';

const dims = [2, 3];
const hooks = { throwIfCancelled: () => {} };

/** A network whose answers are its inputs, given when the test says so; it moves its input away, as a lane does. */
function heldNetwork(inFlight: number) {
  const asked: { readonly first: number; answer(): void; fail(error: Error): void }[] = [];
  const ask = ({ data }: { readonly data: Float32Array }): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const input = structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    asked.push({
      first: input[0] as number,
      answer: () => resolve({ data: input.slice(), dims, input }),
      fail: reject,
    });
    return promise;
  };
  const network: Network = Object.assign(ask, { inFlight });
  return { network, asked };
}

/** Batches whose numbers are all their index, and what was read of each answer. */
function numbered(count: number) {
  const read: string[] = [];
  let sent = 0;
  return {
    read,
    batches: {
      next: () => (sent < count ? sent++ : undefined),
      dims,
      write: (batch: number, data: Float32Array) => void data.fill(batch),
      read: (batch: number, { data }: Answer) => void read.push(`${batch}: ${data.join(' ')}`),
    },
  };
}

const sixOf = (value: number) => `${value}: ${Array(6).fill(value).join(' ')}`;

/** How many batches are on their way once a network that has answered the first is held. */
async function mostAsked(about: {
  readonly inFlight: number;
  readonly seconds: number;
  readonly batchBytes: number;
}): Promise<number> {
  const held = Promise.withResolvers<void>();
  const size = [about.batchBytes / 4];
  let asked = 0;
  const ask = async ({ data }: { readonly data: Float32Array }): Promise<Answer> => {
    if (asked++ > 0) await held.promise;
    return { data: data.slice(0, 1), dims: [1], input: data, ran: [7, 7 + about.seconds] };
  };
  const { batches } = numbered(40);
  const network: Network = Object.assign(ask, { inFlight: about.inFlight });
  const quiet = { ...batches, dims: size, write: () => {}, read: () => {} };
  const done = runBatches(network, quiet, hooks);
  await turn();
  const most = asked - 1;
  held.resolve();
  await done;
  return most;
}

describe('running many batches', () => {
  it('has as many on their way as the network wants, and reads the answers in order, whatever theirs is', async () => {
    const { network, asked } = heldNetwork(3);
    const { read, batches } = numbered(7);
    const done = runBatches(network, batches, hooks);
    await turn();
    assert.equal(asked.length, 3);
    for (const late of [2, 1]) asked[late]?.answer();
    await turn();
    assert.deepEqual([asked.length, read], [3, []], 'the first is waited for');
    asked[0]?.answer();
    await turn();
    assert.deepEqual([asked.length, read], [6, [0, 1, 2].map(sixOf)]);
    for (let next = 3; next < 7; next++) {
      await turn();
      asked[next]?.answer();
    }
    await done;
    assert.deepEqual(read, [0, 1, 2, 3, 4, 5, 6].map(sixOf));
  });

  it('sends the next batch to a plain function when the one before it was read, in the same buffer', async () => {
    const told: string[] = [];
    const buffers = new Set<unknown>();
    const network: Network = async ({ data }) => {
      told.push(`asked ${data[0]}`);
      buffers.add(data.buffer);
      return { data, dims };
    };
    const { batches } = numbered(3);
    await runBatches(network, { ...batches, read: (batch) => void told.push(`read ${batch}`) }, hooks);
    assert.deepEqual(told, ['asked 0', 'read 0', 'asked 1', 'read 1', 'asked 2', 'read 2']);
    assert.equal(buffers.size, 1);
  });

  it('fills again what comes back, and makes no more buffers than are on their way', async () => {
    const fresh = new Set<ArrayBufferLike>();
    const back = new Set<ArrayBufferLike>();
    const ask = async ({ data }: { readonly data: Float32Array }): Promise<Answer> => {
      if (!back.has(data.buffer)) fresh.add(data.buffer);
      const input = structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
      back.add(input.buffer);
      return { data: input.slice(), dims, input };
    };
    const { read, batches } = numbered(20);
    await runBatches(Object.assign(ask, { inFlight: 3 }), batches, hooks);
    assert.equal(read.length, 20);
    assert.equal(fresh.size, 3);
  });

  it('lets as much wait as half a second is worth of what the network says a batch takes, in each lane', async () => {
    // 3 on their way keep two lanes busy: at 0.1 s a batch, half a second is five times as many.
    assert.equal(await mostAsked({ inFlight: 3, seconds: 0.1, batchBytes: 24 }), 15);
    assert.equal(await mostAsked({ inFlight: 3, seconds: 5, batchBytes: 24 }), 3);
    // 8 MiB of inputs at most.
    assert.equal(await mostAsked({ inFlight: 3, seconds: 0.001, batchBytes: 2 ** 20 }), 8);
    assert.equal(await mostAsked({ inFlight: 2, seconds: 0.001, batchBytes: 2 ** 24 }), 2);
  });

  it('ends where nothing more is to be asked, and takes what came to be asked meanwhile', async () => {
    const { network, asked } = heldNetwork(2);
    const { read, batches } = numbered(5);
    const waiting = [0];
    const done = runBatches(network, { ...batches, next: () => waiting.shift() }, hooks);
    await turn();
    waiting.push(1, 2);
    for (const next of [0, 1, 2]) {
      asked[next]?.answer();
      await turn();
    }
    await done;
    assert.deepEqual(read, [0, 1, 2].map(sixOf));
  });

  it('sends none after it was cancelled, and ends when those on their way are answered', async () => {
    const { network, asked } = heldNetwork(2);
    const { read, batches } = numbered(5);
    let isCancelled = false;
    let hasEnded = false;
    const throwIfCancelled = () => {
      if (isCancelled) throw new Error('cancelled');
    };
    const done = runBatches(network, batches, { throwIfCancelled }).finally(() => {
      hasEnded = true;
    });
    const rejected = assert.rejects(done, { message: 'cancelled' });
    await turn();
    isCancelled = true;
    asked[0]?.answer();
    await turn();
    assert.deepEqual([asked.length, hasEnded, read], [2, false, []]);
    asked[1]?.answer();
    await rejected;
  });

  it('throws what the earliest batch that failed threw, when none is on its way any more', async () => {
    const { network, asked } = heldNetwork(3);
    const { batches } = numbered(5);
    const rejected = assert.rejects(runBatches(network, batches, hooks), { message: 'of batch 0' });
    await turn();
    asked[2]?.fail(new Error('of batch 2'));
    await turn();
    asked[0]?.fail(new Error('of batch 0'));
    await turn();
    asked[1]?.fail(new Error('of batch 1'));
    await rejected;
    assert.equal(asked.length, 3);
  });

  for (const earlier of ['the network', 'reading'] as const) {
    it(`throws what ${earlier} threw of an earlier batch rather than what writing a later one did`, async () => {
      const { network, asked } = heldNetwork(2);
      const { batches } = numbered(6);
      const written: number[] = [];
      const failing = {
        ...batches,
        write: (batch: number, data: Float32Array) => {
          written.push(batch);
          if (batch === 2) throw new Error('writing batch 2');
          data.fill(batch);
        },
        read: (batch: number) => {
          if (earlier === 'reading' && batch === 0) throw new Error('earlier');
        },
      };
      const rejected = assert.rejects(runBatches(network, failing, hooks), { message: 'earlier' });
      await turn();
      asked[0]?.answer();
      await turn();
      if (earlier === 'the network') asked[1]?.fail(new Error('earlier'));
      else asked[1]?.answer();
      await rejected;
      assert.deepEqual(written, [0, 1, 2]);
    });
  }

  it('throws what writing a batch threw when the earlier ones were read, and writes nothing more', async () => {
    const { network, asked } = heldNetwork(2);
    const { read, batches } = numbered(6);
    const write = (batch: number, data: Float32Array) => {
      if (batch === 2) throw new Error('writing batch 2');
      data.fill(batch);
    };
    const rejected = assert.rejects(runBatches(network, { ...batches, write }, hooks), {
      message: 'writing batch 2',
    });
    await turn();
    asked[0]?.answer();
    await turn();
    asked[1]?.answer();
    await rejected;
    assert.deepEqual([read, asked.length], [[0, 1].map(sixOf), 2]);
  });

  it('throws what reading an answer threw, and asks nothing more', async () => {
    const { network, asked } = heldNetwork(1);
    const { batches } = numbered(5);
    const read = () => {
      throw new Error('no probabilities');
    };
    const rejected = assert.rejects(runBatches(network, { ...batches, read }, hooks), {
      message: 'no probabilities',
    });
    await turn();
    asked[0]?.answer();
    await rejected;
    assert.equal(asked.length, 1);
  });

  it('gives back the data of answers that were moved here, when they are read', async () => {
    const answers: Float32Array[] = [];
    const lane: Network = async ({ data }) => {
      const answer = data.slice();
      answers.push(answer);
      return { data: answer, dims, input: data };
    };
    const { batches, read } = numbered(2);
    await runBatches(lane, batches, hooks);
    assert.deepEqual(read, [sixOf(0), sixOf(1)]);
    assert.deepEqual(
      answers.map(({ length }) => length),
      [0, 0],
    );
  });

  it('leaves answers alone that are the input, or that a plain function gave', async () => {
    const own = new Float32Array(6);
    const echo: Network = async ({ data }) => ({ data, dims, input: data });
    const plain: Network = async () => ({ data: own, dims });
    for (const network of [echo, plain]) {
      const { batches, read } = numbered(3);
      await runBatches(network, batches, hooks);
      assert.equal(read.length, 3);
    }
    assert.equal(own.length, 6);
  });
});
