/**
 * The reporter's thread, which tells on a channel which thread begins or draws. The first step of what is begun takes
 * until the order is aborted.
 */
import { BroadcastChannel, threadId } from 'node:worker_threads';
import type { ReporterResult, ReporterTask } from '../../../src/analysis/reporting/reporter-protocol.ts';
import { work as workOfReporter } from '../../../src/analysis/reporting/reporter-worker.ts';
import { channelName } from './reporter-channel.ts';

const channel = new BroadcastChannel(channelName);
channel.unref();

export async function work(task: ReporterTask): Promise<ReporterResult> {
  if (task.kind !== 'begin') channel.postMessage([task.kind, threadId]);
  return await workOfReporter(task.kind === 'begin' ? { ...task, order: waiting(task.order) } : task);
}

type BeginOrder = Extract<ReporterTask, { kind: 'begin' }>['order'];

function waiting(order: BeginOrder): BeginOrder {
  const { volume, stop } = order;
  return {
    ...order,
    volume: {
      ...volume,
      // The first step reads the voxels.
      get data() {
        channel.postMessage(['begin', threadId]);
        while (Atomics.load(stop, 0) === 0);
        return volume.data;
      },
    },
  };
}
