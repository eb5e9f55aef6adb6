import type { Answer, Network, PipelineHooks } from './types.ts';

/** The batches that a network is to be asked about, all of one size. */
export interface Batches<Batch> {
  /** The batch to be sent next, absent where there is none (yet): then no more are sent. */
  readonly next: () => Batch | undefined;
  /** Of each batch: ONNX Runtime keeps its memory by shape. */
  readonly dims: readonly number[];
  /** Fills the data of one batch, which hold an earlier one's; the batches come in their order. */
  readonly write: (batch: Batch, data: Float32Array) => void;
  /** Hears the answers in the order of the batches. Their data are gone when it returns. */
  readonly read: (batch: Batch, answer: Answer) => void;
}

/**
 * Enough work for the network while a step of the pipeline computes, which hears no answers meanwhile. One that is
 * cancelled waits for it.
 */
const aheadSeconds = 0.5;
/** What the data of batches that wait may hold. */
const aheadBytes = 8 * 2 ** 20;

/**
 * Asks a network about many batches, as many at once as it says ({@link Network.inFlight}): while it works on
 * these, the answers of earlier ones are read and later ones written. Where it tells how long a batch takes, more of
 * them wait for it, up to half a second's work. No more data are allocated than are on their way.
 *
 * When it throws, no batch is on its way any more: the network is free for whoever comes next.
 *
 * @throws what `throwIfCancelled` throws before a batch is sent; what the network, `write` or `read` throw, the
 *   earliest batch's first
 */
export async function runBatches<Batch>(
  network: Network,
  { next, dims, write, read }: Batches<Batch>,
  { throwIfCancelled }: Pick<PipelineHooks, 'throwIfCancelled'>,
): Promise<void> {
  const { inFlight = 1 } = network;
  const length = dims.reduce((product, dim) => product * dim, 1);
  const running: { readonly batch: Batch; readonly data: Float32Array; readonly answer: Promise<Answer> }[] =
    [];
  const spare: Float32Array[] = [];
  let most = inFlight;
  let isOver = false;
  // What writing throws is heard in the turn of its batch, as what the network throws: earlier ones may fail yet.
  const ask = (batch: Batch, data: Float32Array): Promise<Answer> => {
    try {
      write(batch, data);
      return network({ data, dims });
    } catch (error) {
      isOver = true;
      return Promise.reject(error);
    }
  };
  const send = () => {
    while (!isOver && running.length < most) {
      throwIfCancelled();
      const batch = next();
      if (batch === undefined) return;
      const data = spare.pop() ?? new Float32Array(length);
      const answer = ask(batch, data);
      // It is heard in its turn, or not at all where an earlier one failed.
      answer.catch(() => {});
      running.push({ batch, data, answer });
    }
  };
  try {
    for (;;) {
      send();
      const [first] = running;
      if (first === undefined) return;
      const { batch, data } = first;
      const answer = await first.answer;
      running.shift();
      if (answer.input !== undefined) spare.push(answer.input);
      most = atOnce(inFlight, length, answer);
      // Before the answer is read, so that the network has work meanwhile.
      if (inFlight > 1) send();
      read(batch, answer);
      if (answer.input === undefined) spare.push(data);
      else letGo(answer);
    }
  } finally {
    await Promise.allSettled(running.map(({ answer }) => answer));
  }
}

/**
 * Gives back the memory of an answer that was moved here: left to V8's collector, hundreds of megabytes a study make it
 * collect a dozen times, and with each collection it forgets code that it must compile again.
 */
function letGo({ data: { buffer }, input }: Answer): void {
  if (buffer instanceof ArrayBuffer && buffer !== input?.buffer) buffer.transfer(0);
}

/** How many batches may be on their way at once, by how long the network took for one. */
function atOnce(inFlight: number, length: number, { ran }: Answer): number {
  if (inFlight === 1 || ran === undefined) return inFlight;
  const inTime = (inFlight * aheadSeconds) / (ran[1] - ran[0]);
  const inMemory = aheadBytes / (length * Float32Array.BYTES_PER_ELEMENT);
  return Math.max(inFlight, Math.floor(Math.min(inTime, inMemory)));
}
