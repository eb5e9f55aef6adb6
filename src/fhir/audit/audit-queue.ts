import { wait } from '../../backoff.ts';
import type { Logger } from '../../telemetry/log.ts';
import { auditUnavailable, type NotStored, type PendingEvent } from './store-event.ts';

export interface AuditQueueOptions {
  /** Stores one event; never rejects. */
  readonly store: (pending: PendingEvent, stopped: AbortSignal) => Promise<NotStored | undefined>;
  /** The most that wait, besides the one that is being sent. */
  readonly length: number;
  /** How long a repository that failed is left alone. */
  readonly pauseMs: number;
  readonly logger: Logger;
}

/**
 * Events that wait for the repository, in memory: sent one by one in their order, in the background. While the
 * repository is down the oldest beyond the bound are dropped and counted.
 */
export class AuditQueue {
  readonly #options: AuditQueueOptions;
  readonly #waiting: PendingEvent[] = [];
  /** Aborted when closing begins: a repository that is down is no longer waited for. */
  readonly #closing = new AbortController();
  /** Aborted when the time of closing is over. */
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #sending = false;
  #down = false;
  #overflowing = false;
  #dropped = 0;

  constructor(options: AuditQueueOptions) {
    this.#options = options;
  }

  /** Events that are not stored yet. */
  get waiting(): number {
    return this.#waiting.length + (this.#sending ? 1 : 0);
  }

  /** Events that will never be stored. */
  get dropped(): number {
    return this.#dropped;
  }

  add(pending: PendingEvent): void {
    this.#waiting.push(pending);
    this.#keepWithinBound();
    this.#running ??= this.#run();
  }

  /** Sends what it can within `flushMs`, and tells how many events are lost. */
  async close(flushMs: number): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#stopped.abort(), flushMs);
    await this.#running;
    clearTimeout(timer);
    const lost = this.#waiting.length;
    if (lost === 0) return;
    this.#dropped += lost;
    this.#waiting.length = 0;
    this.#options.logger.error(
      { lost, dropped: this.#dropped },
      'audit events are lost: the repository did not take them before the end',
    );
  }

  async #run(): Promise<void> {
    const { store, pauseMs } = this.#options;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#sending = true;
      const failure = await store(next, this.#stopped.signal);
      this.#sending = false;
      if (failure === undefined) this.#tellStored();
      else if (failure.refused) this.#tellRefused(failure);
      else {
        this.#waiting.unshift(next);
        this.#keepWithinBound();
        this.#tellDown(failure);
        if (this.#closing.signal.aborted) break;
        await wait(pauseMs, this.#closing.signal).catch(() => {});
      }
    }
    // Nothing is awaited since the queue was seen to be empty: what is added next starts anew.
    this.#running = undefined;
  }

  #keepWithinBound(): void {
    const { length, logger } = this.#options;
    while (this.#waiting.length > length) {
      this.#waiting.shift();
      this.#dropped += 1;
      if (this.#overflowing) continue;
      this.#overflowing = true;
      logger.error({ dropped: this.#dropped }, 'audit events are dropped: audit.queueLength is reached');
    }
  }

  #tellStored(): void {
    const { logger } = this.#options;
    if (this.#down) logger.info(this.#counts(), 'the audit repository takes events again');
    this.#down = false;
    this.#overflowing = false;
  }

  #tellRefused({ problem }: NotStored): void {
    this.#dropped += 1;
    this.#options.logger.error(
      { code: auditUnavailable, ...this.#counts() },
      `an audit event is dropped, as the repository refuses it: ${problem}`,
    );
  }

  #tellDown({ problem }: NotStored): void {
    this.#down = true;
    this.#options.logger.warn(
      { code: auditUnavailable, ...this.#counts() },
      `the audit repository takes no events at the moment: ${problem}`,
    );
  }

  #counts() {
    return { waiting: this.waiting, dropped: this.#dropped };
  }
}
