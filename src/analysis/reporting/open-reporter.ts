import { Piscina } from 'piscina';
import { abortReason } from '../../abort-reason.ts';
import { fromPlainError } from '../../errors.ts';
import { inSpan } from '../../telemetry/in-span.ts';
import { ownBuffers } from './moved.ts';
import type { ReportDocument } from './report-document.ts';
import { asReportError } from './report-error.ts';
import type { ComposeOrder, Drawn, DrawOrder, ReporterResult, ReporterTask } from './reporter-protocol.ts';

/** Draws and composes reports, in a thread of its own. */
export interface Reporter {
  /**
   * Draws the pictures. The masks are moved away (detached).
   *
   * @throws LobarError `report-failed`; the signal's reason
   */
  draw(order: DrawOrder, signal: AbortSignal): Promise<Drawn>;
  /**
   * Composes the documents. The segmentation is moved away (detached).
   *
   * @throws LobarError `report-failed`; the signal's reason
   */
  compose(order: ComposeOrder, signal: AbortSignal): Promise<readonly ReportDocument[]>;
  /** Waits for what runs, then ends the thread. */
  close(): Promise<void>;
}

/**
 * Opens it. An order that is aborted while it is at work ends the thread with it: nothing in it is native for long, and
 * another takes its place, as it does of one that dies.
 *
 * @param worker - another than the one that draws, for tests
 */
export function openReporter(worker = new URL('./reporter-worker.ts', import.meta.url)): Reporter {
  const workers = new Piscina<ReporterTask, ReporterResult>({
    filename: worker.href,
    name: 'work',
    minThreads: 1,
    maxThreads: 1,
  });
  // A thread that dies with nothing to do is replaced; without a listener it would end the process.
  workers.on('error', () => {});
  const run = async (
    task: ReporterTask,
    signal: AbortSignal,
    transferList: readonly ArrayBuffer[] = [],
  ): Promise<unknown> => {
    const attributes = { 'lobar.documents': [...task.order.wanted.kinds], 'thread.name': 'reporter' };
    return await inSpan(task.kind, { attributes }, async (span) => {
      const queued = performance.now();
      try {
        const result = await workers.run(task, { transferList: [...transferList], signal });
        if ('error' in result) throw fromPlainError(result.error);
        const waitedMs = Math.max(0, performance.now() - queued - result.ms);
        span.setAttribute('lobar.queue.seconds', waitedMs / 1000);
        return result.value;
      } catch (error) {
        throw signal.aborted ? abortReason(signal) : asReportError(error);
      }
    });
  };
  return {
    draw: async (order, signal) => (await run({ kind: 'draw', order }, signal, buffersOf(order))) as Drawn,
    compose: async (order, signal) =>
      (await run({ kind: 'compose', order }, signal, segmentationOf(order))) as readonly ReportDocument[],
    close: () => workers.close(),
  };
}

function buffersOf({ masks: { lobes, opacities } }: DrawOrder): readonly ArrayBuffer[] {
  const buffers = [lobes.data.buffer, opacities.data.buffer];
  return [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))];
}

function segmentationOf({ drawn: { segmentation } }: ComposeOrder): readonly ArrayBuffer[] {
  return segmentation === undefined ? [] : ownBuffers([segmentation.bits]);
}
