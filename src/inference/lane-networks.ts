import type { MessagePort } from 'node:worker_threads';
import { fromPlainError, LobarError } from '../errors.ts';
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

/** A lane as its pipeline sees it. */
interface Lane {
  /** Batches, of any pipeline, that it has still to answer; -1 where it is gone. */
  load(): number;
  ask(batch: Omit<LaneBatch, 'id'>, own: ArrayBuffer): Promise<Answer>;
}

/**
 * The networks as functions whose batches are run by lanes: each goes to the one that has the least to do, and
 * its buffer with it. Answers come in the order in which lanes end; a function's promise is of its own batch.
 *
 * Lanes are kept busy by one more batch than there are of them: while a pipeline writes the next one, one waits. As it
 * computes for longer, too, it sends more of them ahead (pipeline/run-batches.ts).
 *
 * Each throws what the network threw in its lane; LobarError `inference-failed` where the way to the lane is gone.
 */
export function laneNetworks({ ports, plan, load }: Lanes): LaneNetworks {
  const lanes = ports.map((port, lane) => laneBehind(port, lane, load));
  const of = (network: NetworkName): Network => {
    const having = lanes.filter((_, lane) => plan[lane]?.[network] !== undefined);
    const ask = async ({ data, dims }: Tensor): Promise<Answer> => {
      const lane = leastBusy(having);
      if (lane === undefined) throw new Error(`no lane has a network for ${network}`);
      const own = movable(data);
      return await lane.ask({ network, input: { data: own, dims } }, own.buffer);
    };
    return Object.assign(ask, { inFlight: ports.length + 1 });
  };
  return {
    lungsLobes: of('lungsLobes'),
    lungs: of('lungs'),
    classifier: of('classifier'),
    opacities: of('opacities'),
  };
}

function laneBehind(port: MessagePort, lane: number, load: LaneLoad): Lane {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let ids = 0;
  let lost: LobarError | undefined;
  const lose = (problem: string) => {
    lost ??= new LobarError('inference-failed', { problem: `lane ${lane} ${problem}` });
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  port.on('message', ({ id, input, ran, said }: LaneAnswer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if ('answer' in said) asked?.resolve({ ...said.answer, input, ran });
    else asked?.reject(fromPlainError(said.error));
  });
  port.on('messageerror', () => {
    lose('sent an answer that cannot be read');
    port.close();
  });
  // Also where the pipeline closed it, when nothing waits any more.
  port.on('close', () => lose('is gone'));
  return {
    // One that is gone comes first, so that a run fails at once rather than with every second batch.
    load: () => (lost === undefined ? Atomics.load(load, lane) : -1),
    ask(batch, own) {
      if (lost !== undefined) return Promise.reject(lost);
      const asked = Promise.withResolvers<Answer>();
      const id = ids++;
      waiting.set(id, asked);
      Atomics.add(load, lane, 1);
      port.postMessage({ id, ...batch } satisfies LaneBatch, [own]);
      return asked.promise;
    },
  };
}

function leastBusy(lanes: readonly Lane[]): Lane | undefined {
  const loads = lanes.map((lane) => lane.load());
  return lanes[loads.indexOf(Math.min(...loads))];
}

/** The data, in a buffer that is theirs alone and may be moved; else a copy. */
function movable(data: Float32Array): Float32Array<ArrayBuffer> {
  const { buffer, byteLength } = data;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? (data as Float32Array<ArrayBuffer>)
    : new Float32Array(data);
}
