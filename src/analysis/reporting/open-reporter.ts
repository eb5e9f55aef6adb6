import { Piscina } from 'piscina';
import { abortReason } from '../../abort-reason.ts';
import { fromPlainError, LobarError } from '../../errors.ts';
import { arraysOfDraft, type LungDraft } from '../../report/rendering/draft-lungs.ts';
import { inSpan } from '../../telemetry/in-span.ts';
import type { Logger } from '../../telemetry/log.ts';
import { ownBuffers } from './moved.ts';
import type { ReportDocument } from './report-document.ts';
import { asReportError } from './report-error.ts';
import type {
  BeginOrder,
  ComposeOrder,
  Drawn,
  DrawOrder,
  ReporterResult,
  ReporterTask,
} from './reporter-protocol.ts';

/** Draws and composes reports, in a thread of its own. */
export interface Reporter {
  /**
   * Begins the pictures with what needs no opacities. What is being made when the signal is aborted ends at its next
   * step, and the thread lives on; where that step does not come in time, the thread ends and another takes its place.
   *
   * @throws LobarError `report-failed`; the signal's reason
   */
  begin(order: Omit<BeginOrder, 'stop'>, signal: AbortSignal): Promise<LungDraft>;
  /**
   * Draws the pictures. The masks, and what was begun, are moved away (detached).
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
  /** Waits for what runs and for what waits, then ends the thread. */
  close(): Promise<void>;
}

export interface ReporterOptions {
  /** Is told once when the thread dies or cannot start, until another has done something. */
  readonly logger?: Pick<Logger, 'error'>;
  /** How long what was begun may take to its next step once it is aborted; 2000 ms by default. */
  readonly graceMs?: number;
  /** Another than the one that draws, for tests. */
  readonly worker?: URL;
}

/** Steps take about 100 ms, and a machine may be busy. */
const defaultGraceMs = 2000;

/**
 * Opens it, with its fonts loaded. An order that is aborted while it is at work ends the thread with it: nothing in it
 * is native for long, and another takes its place, as it does of one that dies. Where that one cannot start, what waits
 * for it fails, and the next order tries again.
 *
 * @throws LobarError `report-failed` where the thread does not start
 */
export async function openReporter({
  logger,
  graceMs = defaultGraceMs,
  worker = new URL('./reporter-worker.ts', import.meta.url),
}: ReporterOptions = {}): Promise<Reporter> {
  const workers = new Piscina<ReporterTask, ReporterResult>({
    filename: worker.href,
    name: 'work',
    minThreads: 1,
    maxThreads: 1,
    // A thread that waits by Atomics.wait comes to what it put off, its garbage, no sooner than with the next task.
    atomics: 'disabled',
  });
  /** Aborted when there is no thread and none is coming: who waits would wait for ever. */
  let deserted = new AbortController();
  const pending = new Set<Promise<unknown>>();
  let isDead = false;
  const died = (error: unknown) => {
    if (isDead) return;
    isDead = true;
    logger?.error({ err: error }, 'the thread that draws reports has died: another is to take its place');
  };
  workers.on('error', died);
  workers.on('workerDestroy', () =>
    setImmediate(() => {
      if (workers.threads.length > 0) return;
      const waiting = deserted;
      deserted = new AbortController();
      waiting.abort(new LobarError('report-failed', { problem: 'its thread cannot start' }));
    }),
  );

  const send = async (task: ReporterTask, signal: AbortSignal, transferList: readonly ArrayBuffer[]) => {
    const gone = deserted.signal;
    try {
      const options = { transferList: [...transferList], signal: AbortSignal.any([signal, gone]) };
      const result = await workers.run(task, options);
      isDead = false;
      if ('error' in result) throw fromPlainError(result.error);
      return result;
    } catch (error) {
      if (signal.aborted) throw abortReason(signal);
      if (gone.aborted) throw gone.reason;
      // What it fails with while it lives, it says itself.
      if (!(error instanceof LobarError)) died(error);
      throw asReportError(error);
    }
  };

  const run = async (
    task: Exclude<ReporterTask, { kind: 'start' }>,
    signal: AbortSignal,
    transferList: readonly ArrayBuffer[],
  ): Promise<unknown> => {
    const documents = task.kind === 'begin' ? {} : { 'lobar.documents': [...task.order.wanted.kinds] };
    const attributes = { ...documents, 'thread.name': 'reporter' };
    const order = inSpan(task.kind, { attributes }, async (span) => {
      const queued = performance.now();
      const { value, ms } = await send(task, signal, transferList);
      const waitedMs = Math.max(0, performance.now() - queued - ms);
      span.setAttribute('lobar.queue.seconds', waitedMs / 1000);
      return value;
    });
    pending.add(order);
    return await order.finally(() => pending.delete(order));
  };

  try {
    await workers.run({ kind: 'start' });
  } catch (cause) {
    await workers.destroy();
    const problem = `its thread cannot start: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new LobarError('report-failed', { problem }, { cause });
  }
  const begin: Reporter['begin'] = async ({ volume, lungs }, signal) => {
    if (signal.aborted) throw abortReason(signal);
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const stuck = new AbortController();
    let patience: NodeJS.Timeout | undefined;
    const abort = () => {
      Atomics.store(stop, 0, 1);
      patience = setTimeout(() => stuck.abort(signal.reason), graceMs);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      const task = { kind: 'begin', order: { volume, lungs, stop } } as const;
      // By piscina at last only: it ends the thread, and whoever waits for it waits for another.
      return (await run(task, stuck.signal, ownBuffers([lungs.lobes]))) as LungDraft;
    } catch (error) {
      throw signal.aborted ? abortReason(signal) : error;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener('abort', abort);
    }
  };
  return {
    begin,
    draw: async (order, signal) => (await run({ kind: 'draw', order }, signal, buffersOf(order))) as Drawn,
    compose: async (order, signal) =>
      (await run({ kind: 'compose', order }, signal, segmentationOf(order))) as readonly ReportDocument[],
    async close() {
      // Piscina by itself drops what waits for a thread that is only starting.
      await Promise.allSettled(pending);
      await workers.close();
    },
  };
}

function buffersOf({ masks: { lobes, opacities }, draft }: DrawOrder): readonly ArrayBuffer[] {
  const buffers = [lobes.data.buffer, opacities.data.buffer].filter(
    (buffer) => buffer instanceof ArrayBuffer,
  );
  return [...new Set([...buffers, ...(draft === undefined ? [] : ownBuffers(arraysOfDraft(draft)))])];
}

function segmentationOf({ drawn: { segmentation } }: ComposeOrder): readonly ArrayBuffer[] {
  return segmentation === undefined ? [] : ownBuffers([segmentation.bits]);
}
