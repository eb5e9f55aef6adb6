import type { Worker } from 'node:worker_threads';
import { fromPlainError, LobarError } from '../errors.ts';
import type { LungGrid } from '../pipeline/trees/lung-grid.ts';
import type { Stage } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import { type InferenceSpan, openInferenceSpan } from './inference-span.ts';
import type { FromWorker, InferenceResult, ToWorker } from './worker-protocol.ts';

export interface AnalyseOptions {
  /** Less lung than this ends the run with kind `too-little-lung`, mL. */
  readonly minLungMl?: number;
  /** Hand the masks over with the result. */
  readonly keepMasks?: boolean;
  /** Leaves the line at once, or stops the run at its next batch. */
  readonly signal?: AbortSignal;
  /** What it throws ends the run, and is what the request is rejected with. */
  readonly onProgress?: (stage: Stage, fraction: number) => void;
  /** Is given the lungs once they are known, while the run goes on; not of a run that was told to stop. Does not throw. */
  readonly onLungs?: (lungs: LungGrid) => void;
}

export interface QueueOptions {
  /** How long a run that was told to stop may still take. */
  readonly stopGraceSeconds: number;
  /** How long a run may tell of no progress: after that, its native call is taken to hang. */
  readonly stallSeconds: number;
  /** Is told how long any network of a run was at work, however it ended. */
  readonly onRan: (networkSeconds: number) => void;
  /** Settles with why one of the lanes that run the networks is gone: no run can end then. */
  readonly lanesFailed?: Promise<LobarError>;
}

interface Request {
  readonly volume: CtVolume;
  readonly options: AnalyseOptions;
  readonly cancel: Int32Array<SharedArrayBuffer>;
  readonly resolve: (result: InferenceResult) => void;
  readonly reject: (error: Error) => void;
  readonly span: InferenceSpan;
  /** Why it was told to stop, once it was. */
  stopped?: Error;
  overdue?: NodeJS.Timeout;
}

/**
 * The line in front of an inference worker: first in, first out, one run at a time.
 *
 * The worker is never terminated: that aborts the whole process when it hits a run. A run that does not stop
 * when told or makes no progress, and a worker that dies, settle `failed`; whoever owns the process then ends it.
 */
export class InferenceQueue {
  /** Settles when the worker says so; it may have died since, or before: then it never does, but `failed`. */
  readonly ready: Promise<void>;
  /** Settles with the reason when no further run is possible; never where it was closed. */
  readonly failed: Promise<Error>;
  readonly #worker: Worker;
  readonly #options: QueueOptions;
  readonly #waiting: Request[] = [];
  readonly #exited: Promise<void>;
  readonly #settleReady: () => void;
  readonly #settleFailed: (error: Error) => void;
  #running: Request | undefined;
  #stall: NodeJS.Timeout | undefined;
  #closing = false;
  #failure: LobarError | undefined;

  constructor(worker: Worker, options: Partial<QueueOptions> = {}) {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.#settleReady = ready.resolve;
    const failed = Promise.withResolvers<Error>();
    this.failed = failed.promise;
    this.#settleFailed = failed.resolve;
    this.#options = { stopGraceSeconds: 30, stallSeconds: 120, onRan: () => {}, ...options };
    this.#worker = worker;
    void options.lanesFailed?.then((error) => this.#failWith(error));
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (error) => this.#fail('it threw an error that nobody caught', error));
    worker.on('messageerror', () => this.#fail('it sent a message that cannot be read'));
    this.#exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        if (!this.#closing || this.#running) this.#fail(`it ended by itself with exit code ${code}`);
        resolve();
      });
    });
  }

  /**
   * Runs the pipeline on a volume when its turn comes. The volume is shared with the worker where it is backed
   * by a SharedArrayBuffer, else copied.
   *
   * @throws LobarError `cancelled`, `inference-failed`, `shutting-down`, or what the pipeline or
   *   `options.onProgress` throws.
   */
  async analyse(volume: CtVolume, options: AnalyseOptions = {}): Promise<InferenceResult> {
    const { signal } = options;
    if (this.#failure) throw this.#failure;
    if (this.#closing) throw new LobarError('shutting-down', {});
    if (signal?.aborted) throw new LobarError('cancelled', {}, { cause: signal.reason });

    const { promise, resolve, reject } = Promise.withResolvers<InferenceResult>();
    const cancel = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const span = openInferenceSpan(volume);
    const request: Request = { volume, options, cancel, resolve, reject, span };
    const abort = () => this.#stop(request, new LobarError('cancelled', {}, { cause: signal?.reason }));
    signal?.addEventListener('abort', abort, { once: true });
    this.#waiting.push(request);
    this.#next();
    try {
      return await promise;
    } catch (error) {
      span.failed(error);
      throw error;
    } finally {
      span.end();
      signal?.removeEventListener('abort', abort);
      clearTimeout(request.overdue);
    }
  }

  /** Lets the running request finish, turns the waiting ones away, and ends the worker. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      for (const request of this.#waiting.splice(0)) request.reject(new LobarError('shutting-down', {}));
      this.#next();
    }
    // A worker that failed may be stuck in a run: it is told to end, but must not be waited for.
    if (this.#failure) this.#send({ kind: 'close' });
    else await Promise.race([this.#exited, this.failed]);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #next(): void {
    if (this.#running || this.#failure) return;
    const request = this.#waiting.shift();
    if (request === undefined) {
      if (this.#closing) this.#send({ kind: 'close' });
      return;
    }
    this.#running = request;
    request.span.started();
    const { minLungMl, keepMasks = false, onLungs } = request.options;
    const options = {
      keepMasks,
      tellLungs: onLungs !== undefined,
      ...(minLungMl === undefined ? {} : { minLungMl }),
    };
    this.#send({ kind: 'run', volume: request.volume, options, cancel: request.cancel });
    this.#watch('before its first stage');
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'ready') this.#settleReady();
    const request = this.#running;
    if (request === undefined || message.kind === 'ready') return;
    if (message.kind === 'progress') {
      this.#watch(`in stage ${message.stage}`);
      if (!request.stopped) this.#tellProgress(request, message.stage, message.fraction);
      return;
    }
    if (message.kind === 'lungs') {
      if (!request.stopped) request.options.onLungs?.(message.lungs);
      return;
    }
    this.#running = undefined;
    clearTimeout(this.#stall);
    request.span.ran(message);
    this.#options.onRan(message.networkSeconds);
    if (request.stopped) request.reject(request.stopped);
    else if (message.kind === 'done') request.resolve(message.result);
    else request.reject(fromPlainError(message.error));
    this.#next();
  }

  /** Waits for the next word of the run. */
  #watch(where: string): void {
    clearTimeout(this.#stall);
    const seconds = this.#options.stallSeconds;
    const problem = `it hangs: no progress for ${seconds} s ${where} (inference.stallSeconds)`;
    this.#stall = setTimeout(() => this.#fail(problem), seconds * 1000);
  }

  /** The caller's own function: what it throws here would be nobody's, and end the process. */
  #tellProgress(request: Request, stage: Stage, fraction: number): void {
    try {
      request.options.onProgress?.(stage, fraction);
    } catch (error) {
      this.#stop(request, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #stop(request: Request, reason: Error): void {
    const place = this.#waiting.indexOf(request);
    if (place >= 0) {
      this.#waiting.splice(place, 1);
      request.reject(reason);
    } else if (request === this.#running && !request.stopped) {
      request.stopped = reason;
      Atomics.store(request.cancel, 0, 1);
      const seconds = this.#options.stopGraceSeconds;
      const problem = `it did not stop within ${seconds} s of being told`;
      request.overdue = setTimeout(() => this.#fail(problem), seconds * 1000);
    }
  }

  /** @param cause - of which the log gets class and frames only: its message may hold anything */
  #fail(problem: string, cause?: unknown): void {
    this.#failWith(new LobarError('inference-failed', { problem }, cause === undefined ? {} : { cause }));
  }

  #failWith(failure: LobarError): void {
    if (this.#failure) return;
    clearTimeout(this.#stall);
    this.#failure = failure;
    const requests = [this.#running, ...this.#waiting.splice(0)];
    this.#running = undefined;
    for (const request of requests) request?.reject(request.stopped ?? this.#failure);
    this.#settleFailed(this.#failure);
  }
}
