import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream } from '@nats-io/jetstream';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { jitteredMs } from '../../backoff.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import { isGone, natsFailure, natsProblem, queueUnavailable } from './nats-problem.ts';

/** What can be done while there is a connection. */
export interface Linked {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
  readonly manager: JetStreamManager;
}

export interface LinkOptions {
  /** Made anew for every connection; they end all tries when the signal fires. @throws LobarError `config-invalid` */
  readonly connectionOptions: (closing: AbortSignal) => Promise<ConnectionOptions>;
  /** Sees to it that all that is needed is there, whenever the connection was made. */
  readonly prepare: (linked: Linked) => Promise<void>;
  /** It can be used from now on, or cannot, and why. */
  readonly changed: (up: boolean, problem: string) => void;
}

/** A request that has no answer for so long failed, ms. */
const answerMs = 5000;
const farewellMs = 1000;
/** Between two tries, ms: doubled every time, up to the longest. */
const pauseMs = 500;
const longestPauseMs = 10_000;
/**
 * A server says that a stream is gone before it has removed its files (seen on NATS 2.9): what is made anew at once goes
 * with them, or can never be written to.
 */
const removalMs = 2000;

/** A connection to NATS that is made again for as long as nobody closes it. */
export class NatsLink {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  #kept: Promise<void> | undefined;
  #linked: Linked | undefined;
  #connected = false;
  #prepared = false;
  #preparing: Linked | undefined;
  #problem = 'it was not asked yet';
  #told: string | undefined;
  #lost = new AbortController();
  #wasUp = false;
  #backAt = Number.NEGATIVE_INFINITY;
  #ready = Promise.withResolvers<void>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Whether it is connected, and all that is needed is there. */
  get up(): boolean {
    return this.#prepared;
  }

  /** Why it cannot be used. */
  get problem(): string {
    return this.#problem;
  }

  open(): void {
    this.#kept ??= this.#keep();
  }

  /**
   * Settles when it is up, and nothing is being made anew: NATS answers no request for a message that comes while a
   * consumer is made. Rejects when the signal fires. @throws LobarError `queue-unavailable`
   */
  async ready(signal: AbortSignal): Promise<void> {
    while (!this.#prepared || this.#preparing !== undefined) {
      if (signal.aborted) throw queueUnavailable(this.#problem);
      await unlessAborted(this.#ready.promise, signal).catch(() => {});
    }
  }

  /** @throws LobarError `queue-unavailable`: at once where there is no connection, else after five seconds at most */
  async use<One>(what: (linked: Linked) => Promise<One>): Promise<One> {
    if (!this.#prepared || this.#linked === undefined) throw queueUnavailable(this.#problem);
    try {
      return await what(this.#linked);
    } catch (error) {
      if (isGone(error)) this.again();
      throw natsFailure(error);
    }
  }

  /** Something that was prepared seems to be gone: sees to it that it is there, and tells when it cannot be. */
  again(): void {
    if (this.#linked !== undefined && this.#connected) void this.#prepare(this.#linked, removalMs);
  }

  /** For what is no loss when it is not done; undefined where there is no connection. */
  get connection(): NatsConnection | undefined {
    return this.#linked?.connection;
  }

  /** Fires when the connection that is there now is lost, and with it whatever nobody has answered. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** How long it is up again after a loss, ms; infinite where it was never lost. */
  get backForMs(): number {
    return performance.now() - this.#backAt;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const { connection } = this;
    // What was said last goes out, where there is somebody to hear it.
    if (connection !== undefined && this.#connected)
      await Promise.race([connection.flush(), sleep(farewellMs, undefined, { ref: false })]).catch(() => {});
    await connection?.close().catch(() => {});
    await this.#kept;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#closing;
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const connection = await this.#connect();
        if (connection === undefined) return;
        tries = 0;
        await this.#hold(connection);
      } catch (error) {
        this.#down(natsProblem(error));
      }
      await sleep(pauseAfter(tries + 1), undefined, { signal }).catch(() => {});
    }
  }

  /** Undefined when it is closed meanwhile: servers that do not answer hold up nobody who wants to end. */
  async #connect(): Promise<NatsConnection | undefined> {
    const { signal } = this.#closing;
    const closed = Promise.withResolvers<undefined>();
    const fire = () => closed.resolve(undefined);
    signal.addEventListener('abort', fire, { once: true });
    const connecting = this.#options.connectionOptions(signal).then(connect);
    try {
      return await Promise.race([connecting, closed.promise]);
    } finally {
      signal.removeEventListener('abort', fire);
      if (signal.aborted) void connecting.then((late) => late.close()).catch(() => {});
    }
  }

  /** Until the connection is closed for good: the library itself connects again, for ever. */
  async #hold(connection: NatsConnection): Promise<void> {
    // It may have been closed while it connected.
    if (this.#closing.signal.aborted) return await connection.close();
    const stream = jetstream(connection, { timeout: answerMs });
    const manager = await stream.jetstreamManager(false);
    this.#linked = { connection, stream, manager };
    this.#connected = true;
    void this.#prepare(this.#linked);
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        this.#connected = false;
        this.#down('the connection to NATS was lost');
      }
      if (type === 'reconnect') {
        this.#connected = true;
        void this.#prepare(this.#linked);
      }
    }
    const why = await connection.closed();
    this.#connected = false;
    this.#linked = undefined;
    this.#down(why === undefined ? 'the connection to NATS is closed' : natsProblem(why));
  }

  /** One after the other; that of a connection that was closed for good gives way to that of the next. */
  async #prepare(linked: Linked, afterMs = 0): Promise<void> {
    if (this.#preparing === linked) return;
    this.#preparing = linked;
    this.#waitAnew();
    const { signal } = this.#closing;
    if (afterMs > 0) await sleep(afterMs, undefined, { signal }).catch(() => {});
    const isOver = () => this.#preparing !== linked || signal.aborted || linked.connection.isClosed();
    for (let tries = 1; !isOver(); tries += 1) {
      try {
        await this.#options.prepare(linked);
        // Lost meanwhile: it is told when there is one again.
        if (!isOver() && this.#connected) this.#up();
        break;
      } catch (error) {
        // It is prepared when there is a connection again.
        if (isOver() || !this.#connected) break;
        this.#down(natsProblem(error));
        await sleep(pauseAfter(tries), undefined, { signal }).catch(() => {});
      }
    }
    if (this.#preparing !== linked) return;
    this.#preparing = undefined;
    if (this.#prepared) this.#ready.resolve();
  }

  #up(): void {
    if (!this.#prepared && this.#wasUp) this.#backAt = performance.now();
    this.#wasUp = true;
    this.#prepared = true;
    this.#tell(true, '');
  }

  #down(problem: string): void {
    this.#waitAnew();
    this.#prepared = false;
    this.#problem = problem;
    if (!this.#connected) {
      this.#lost.abort();
      this.#lost = new AbortController();
    }
    if (!this.#closing.signal.aborted) this.#tell(false, problem);
  }

  /** Who waits looks again, and waits for what is to come. */
  #waitAnew(): void {
    this.#ready.resolve();
    this.#ready = Promise.withResolvers();
  }

  /** Once, however often it is tried. */
  #tell(up: boolean, problem: string): void {
    const told = up ? 'up' : problem;
    if (told === this.#told) return;
    this.#told = told;
    this.#options.changed(up, problem);
  }
}

function pauseAfter(tries: number): number {
  return Math.min(longestPauseMs, pauseMs + jitteredMs(Math.min(tries, 6), pauseMs));
}
