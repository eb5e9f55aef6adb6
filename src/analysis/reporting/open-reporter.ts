import { Piscina } from 'piscina';
import { abortReason } from '../../abort-reason.ts';
import { fromPlainError } from '../../errors.ts';
import { ownBuffers } from './moved.ts';
import type { ReportDocument } from './report-document.ts';
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

export function openReporter(): Reporter {
  const workers = new Piscina<ReporterTask, ReporterResult>({
    filename: new URL('./reporter-worker.ts', import.meta.url).href,
    name: 'work',
    minThreads: 1,
    maxThreads: 1,
  });
  const run = async <Result extends ReporterResult>(
    task: ReporterTask,
    signal: AbortSignal,
    transferList: readonly ArrayBuffer[] = [],
  ): Promise<Exclude<Result, { error: unknown }>> => {
    try {
      const result = await workers.run(task, { transferList: [...transferList], signal });
      if ('error' in result) throw fromPlainError(result.error);
      return result as Exclude<Result, { error: unknown }>;
    } catch (error) {
      throw signal.aborted ? abortReason(signal) : error;
    }
  };
  return {
    draw: (order, signal) => run<Drawn>({ kind: 'draw', order }, signal, buffersOf(order)),
    compose: (order, signal) =>
      run<readonly ReportDocument[]>({ kind: 'compose', order }, signal, segmentationOf(order)),
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
