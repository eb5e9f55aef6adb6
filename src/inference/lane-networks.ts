import type { MessagePort } from 'node:worker_threads';
import { fromPlainError } from '../errors.ts';
import type { Answer, Network, PipelineNetworks, Tensor } from '../pipeline/types.ts';
import type { LaneAnswer, LaneBatch, LaneLoad } from './lane-protocol.ts';

/** The way of one pipeline to the lanes: a port to each, in the order of their loads. */
export interface Lanes {
  readonly ports: readonly MessagePort[];
  readonly load: LaneLoad;
}

type NetworkName = keyof PipelineNetworks;
type LaneNetworks = Readonly<Record<NetworkName, Network>>;

/**
 * The networks as functions whose batches are run by lanes: each goes to the one that has the least to do, and
 * its buffer with it. Answers come in the order in which lanes end; a function's promise is of its own batch.
 *
 * A lane is kept busy by one more batch than there are lanes: while a pipeline writes the next one, one waits.
 *
 * Each throws what the network threw in its lane.
 */
export function laneNetworks({ ports, load }: Lanes): LaneNetworks {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let ids = 0;
  for (const port of ports) {
    port.on('message', ({ id, input, seconds, said }: LaneAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if ('answer' in said) asked?.resolve({ ...said.answer, input, seconds });
      else asked?.reject(fromPlainError(said.error));
    });
  }
  const ask = (network: NetworkName, { data, dims }: Tensor): Promise<Answer> => {
    // One batch a study: a second copy of the weights in every lane would be there for nothing.
    const lane = network === 'classifier' ? 0 : leastBusy(load, ports.length);
    const asked = Promise.withResolvers<Answer>();
    const id = ids++;
    waiting.set(id, asked);
    Atomics.add(load, lane, 1);
    const own = movable(data);
    const batch: LaneBatch = { id, network, input: { data: own, dims } };
    ports[lane]?.postMessage(batch, [own.buffer]);
    return asked.promise;
  };
  const of = (network: NetworkName): Network =>
    Object.assign((input: Tensor) => ask(network, input), { inFlight: ports.length + 1 });
  return {
    lungsLobes: of('lungsLobes'),
    lungs: of('lungs'),
    classifier: of('classifier'),
    opacities: of('opacities'),
  };
}

function leastBusy(load: LaneLoad, lanes: number): number {
  let least = 0;
  for (let lane = 1; lane < lanes; lane++) {
    if (Atomics.load(load, lane) < Atomics.load(load, least)) least = lane;
  }
  return least;
}

/** The data, in a buffer that is theirs alone and may be moved; else a copy. */
function movable(data: Float32Array): Float32Array<ArrayBuffer> {
  const { buffer, byteLength } = data;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? (data as Float32Array<ArrayBuffer>)
    : new Float32Array(data);
}
