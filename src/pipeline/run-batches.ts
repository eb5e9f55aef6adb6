import type { Answer, Network, PipelineHooks } from './types.ts';

/** The batches that a network is to be asked about, all of one size. */
export interface Batches {
  readonly count: number;
  /** Of each batch: ONNX Runtime keeps its memory by shape. */
  readonly dims: readonly number[];
  /** Fills the data of one batch, which hold an earlier one's; the batches come in their order. */
  readonly write: (batch: number, data: Float32Array) => void;
  /** Hears the answers in the order of the batches. */
  readonly read: (batch: number, answer: Answer) => void;
}

/**
 * Asks a network about many batches, as many at once as it says ({@link Network.inFlight}): while it works on
 * these, the answers of earlier ones are read and later ones written. No more data are allocated than are on
 * their way.
 *
 * When it throws, no batch is on its way any more: the network is free for whoever comes next.
 *
 * @throws what `throwIfCancelled` throws before a batch is sent; what the network, `write` or `read` throw, the
 *   earliest batch's first
 */
export async function runBatches(
  network: Network,
  { count, dims, write, read }: Batches,
  { throwIfCancelled }: Pick<PipelineHooks, 'throwIfCancelled'>,
): Promise<void> {
  const { inFlight = 1 } = network;
  const length = dims.reduce((product, dim) => product * dim, 1);
  const running: { readonly data: Float32Array; readonly answer: Promise<Answer> }[] = [];
  const spare: Float32Array[] = [];
  let sent = 0;
  let end = count;
  // What writing throws is heard in the turn of its batch, as what the network throws: earlier ones may fail yet.
  const ask = (batch: number, data: Float32Array): Promise<Answer> => {
    try {
      write(batch, data);
      return network({ data, dims });
    } catch (error) {
      end = batch;
      return Promise.reject(error);
    }
  };
  const send = () => {
    for (; sent < end && running.length < inFlight; sent++) {
      throwIfCancelled();
      const data = spare.pop() ?? new Float32Array(length);
      const answer = ask(sent, data);
      // It is heard in its turn, or not at all where an earlier one failed.
      answer.catch(() => {});
      running.push({ data, answer });
    }
  };
  try {
    for (let batch = 0; batch < count; batch++) {
      send();
      const [next] = running;
      if (next === undefined) return;
      const answer = await next.answer;
      running.shift();
      if (answer.input !== undefined) spare.push(answer.input);
      // Before the answer is read, so that the network has work meanwhile.
      if (inFlight > 1) send();
      read(batch, answer);
      if (answer.input === undefined) spare.push(next.data);
    }
  } finally {
    await Promise.allSettled(running.map(({ answer }) => answer));
  }
}
