/**
 * A thread that owns a session of every network that its plan gives it (lane-plan.ts) and does nothing but run
 * batches, one at a time in the order in which they come: `session.run` is a native call that blocks its thread, so
 * nothing else may have to wait there.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../errors.ts';
import type { Network, Tensor } from '../pipeline/types.ts';
import { hrSeconds } from './busy-seconds.ts';
import type { FromLane, LaneAnswer, LaneBatch, LaneStart, ToLane } from './lane-protocol.ts';
import { type OpenSessions, openSessions } from './open-sessions.ts';

if (parentPort === null) throw new Error('lane-worker.ts is started as a worker thread');
await serve(parentPort, workerData as LaneStart);

async function serve(
  parent: MessagePort,
  { packages, settings, plans, load, lane }: LaneStart,
): Promise<void> {
  const tell = (message: FromLane) => parent.postMessage(message);
  let sessions: OpenSessions;
  try {
    sessions = await openSessions(packages, settings, {
      onProvider: (provider) => tell({ kind: 'provider', provider }),
      planOn: (provider) => plans[provider]?.[lane],
    });
  } catch (error) {
    tell({ kind: 'refused', error: toPlainError(error) });
    return;
  }
  const { provider, notices, networks } = sessions;
  const ports: MessagePort[] = [];
  const line: { readonly port: MessagePort; readonly batch: LaneBatch }[] = [];
  let running = false;
  const work = async () => {
    if (running) return;
    running = true;
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      const network = networks[next.batch.network];
      // A pipeline asks for what the packages have, and a lane for what the plan that both read gives it.
      if (network === undefined) throw new Error(`there is no network for ${next.batch.network}`);
      const answer = await answerTo(next.batch, network.run);
      Atomics.sub(load, lane, 1);
      next.port.postMessage(answer, buffersOf(answer));
    }
    running = false;
  };
  parent.on('message', async (message: ToLane) => {
    if (message.kind === 'serve') {
      const { port } = message;
      ports.push(port);
      port.on('message', (batch: LaneBatch) => {
        line.push({ port, batch });
        void work();
      });
      // Whose batch it was cannot be known: the other side is told by the end of the port, and gives up all of them.
      port.on('messageerror', () => port.close());
      return;
    }
    for (const port of ports) port.close();
    await Promise.all(Object.values(networks).map((network) => network.release()));
    parent.close();
  });
  tell({ kind: 'ready', provider, notices });
}

async function answerTo({ id, input }: LaneBatch, network: Network): Promise<LaneAnswer> {
  const began = hrSeconds();
  const data = input.data as Float32Array<ArrayBuffer>;
  try {
    const { data: found, dims } = await network(input);
    return { id, input: data, ran: [began, hrSeconds()], said: { answer: { data: found, dims } } };
  } catch (error) {
    return { id, input: data, ran: [began, hrSeconds()], said: { error: toPlainError(error) } };
  }
}

/** Moved, not copied: what ONNX Runtime answers is an ordinary buffer of this thread. */
function buffersOf({ input, said }: LaneAnswer): ArrayBuffer[] {
  const answered: Tensor[] = 'answer' in said ? [said.answer] : [];
  const buffers = [input.buffer, ...answered.map(({ data }) => data.buffer)];
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
