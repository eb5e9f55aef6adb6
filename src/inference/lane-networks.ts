import type { MessagePort } from 'node:worker_threads';
import { fromPlainError } from '../errors.ts';
import type { Answer, Network, Tensor } from '../pipeline/types.ts';
import type { LanePlan, NetworkName } from './lane-plan.ts';
import type { LaneAnswer, LaneBatch, LaneLoad } from './lane-protocol.ts';

/** The way of one pipeline to the lanes: a port to each, in the order of the plan and of their loads. */
export interface Lanes {
  readonly ports: readonly MessagePort[];
  readonly plan: LanePlan;
  readonly load: LaneLoad;
}

type LaneNetworks = Readonly<Record<NetworkName, Network>>;

/**
 * The networks as functions whose batches are run by lanes: each goes to the one that has the least to do, and
 * its buffer with it. Answers come in the order in which lanes end; a function's promise is of its own batch.
 *
 * A lane is kept busy by one more batch than there are lanes: while a pipeline writes the next one, one waits.
 *
 * Each throws what the network threw in its lane.
 */
export function laneNetworks({ ports, plan, load }: Lanes): LaneNetworks {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  const having = (network: NetworkName) =>
    [...plan.keys()].filter((lane) => plan[lane]?.[network] !== undefined);
  const lanesOf: Readonly<Record<NetworkName, readonly number[]>> = {
    lungsLobes: having('lungsLobes'),
    lungs: having('lungs'),
    classifier: having('classifier'),
    opacities: having('opacities'),
  };
  let ids = 0;
  for (const port of ports) {
    port.on('message', ({ id, input, ran, said }: LaneAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if ('answer' in said) asked?.resolve({ ...said.answer, input, ran });
      else asked?.reject(fromPlainError(said.error));
    });
  }
  const ask = (network: NetworkName, { data, dims }: Tensor): Promise<Answer> => {
    const lane = leastBusy(load, lanesOf[network]);
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

function leastBusy(load: LaneLoad, lanes: readonly number[]): number {
  const [first = 0, ...others] = lanes;
  let least = first;
  for (const lane of others) {
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
