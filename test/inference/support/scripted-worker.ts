/** Speaks the protocol of the inference worker, but does what voxel 0 says; voxel 1 comes back as lungMl. */
import { parentPort } from 'node:worker_threads';
import { LobarError, toPlainError } from '../../../src/errors.ts';
import type { StageRecord } from '../../../src/inference/stage-recorder.ts';
import type { FromWorker, ToWorker } from '../../../src/inference/worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('started as a worker thread');
const tell = (message: FromWorker) => port.postMessage(message);

/** One stage, whose networks took so long. */
const lasting = (networkSeconds: number) => {
  const stage: StageRecord = { stage: 'lungs', startedAt: 0, endedAt: 0, batches: 1, provider: 'cpu' };
  return { stages: [stage], networkSeconds };
};

port.on('message', (message: ToWorker) => {
  if (message.kind === 'close') {
    port.close();
    return;
  }
  const [script = 0, lungMl = 0] = message.volume.data;
  tell({ kind: 'progress', stage: 'lungs', fraction: 0 });
  if (script === 1) {
    Atomics.wait(message.cancel, 0, 0, 10_000);
    tell({ kind: 'failed', error: toPlainError(new LobarError('cancelled', {})), ...lasting(2) });
    return;
  }
  if (script === 2) process.exit(3);
  if (script === 3) throw new Error('out of tricks');
  if (script === 4) {
    // Deaf: as a native call that does not return.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 15_000);
    return;
  }
  // Also to a run that was told to stop just before.
  if (script === 5) {
    const { shape } = message.volume;
    const whole = { start: [0, 0, 0], end: shape } as const;
    const lungs = { lungBox: whole, box: whole, factors: [1, 1, 1], lobes: Uint8Array.of(0, 3) } as const;
    tell({ kind: 'lungs', lungs });
  }
  setTimeout(() => {
    const timingsMs = { lungs: 0, classify: 0, opacities: 0, quantify: 0 };
    tell({
      kind: 'done',
      result: { kind: 'too-little-lung', lungMl, warnings: [], timingsMs },
      ...lasting(1),
    });
  }, 20);
});
