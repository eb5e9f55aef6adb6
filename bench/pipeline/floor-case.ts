/**
 * The compute floor: raw `session.run` of the batches that the pipeline sent, and nothing else. By one session a
 * network that uses all cores, or by several threads with a session of one thread each, which take the batches
 * as they come, as if none had to wait for what another one found.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { refuseTelemetry } from '../../src/inference/refuse-telemetry.ts';
import { answerChildCase } from '../child-case.ts';
import { measure } from '../resource-use.ts';
import { networkNames } from './batches-file.ts';
import type { LaneDone, LaneStart } from './floor-lane.ts';

export interface FloorCase {
  /** Where the batches are. */
  readonly folder: string;
  readonly inference: object;
  readonly lanes: 'one' | 'a core';
}

await answerChildCase<FloorCase>(async ({ folder, inference, lanes }) => {
  // Here: the lanes are workers.
  refuseTelemetry();
  const count = lanes === 'one' ? 1 : availableParallelism();
  const next = new Int32Array(new SharedArrayBuffer(4));
  const start: LaneStart = { folder, inference, next, threads: lanes === 'one' ? 0 : 1 };
  const workers = Array.from({ length: count }, () => {
    return new Worker(new URL('./floor-lane.ts', import.meta.url), { workerData: start });
  });
  const heard = <Message>(worker: Worker) =>
    new Promise<Message>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await Promise.all(workers.map((worker) => heard(worker)));
  const { wallMs, cpuMs, result } = await measure(() => {
    const done = workers.map((worker) => heard<LaneDone>(worker));
    for (const worker of workers) worker.postMessage('go');
    return Promise.all(done);
  });
  // Lanes are at work side by side: of the wall time, each second of one of them is its part of a second.
  const byNetwork = networkNames.map((name) => [
    `${name}Ms`,
    result.reduce((sum, lane) => sum + (lane[name] ?? 0), 0) / count,
  ]);
  return { wallMs, cpuMs, ...Object.fromEntries(byNetwork) };
});
