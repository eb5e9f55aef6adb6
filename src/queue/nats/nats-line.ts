import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { Msg } from '@nats-io/transport-node';
import type { ErrorCode } from '../../errors.ts';
import type { Delivery, Line } from '../line.ts';
import { queueFull } from '../queue-full.ts';
import { backoffMs } from '../retry.ts';
import { letterHeaders } from './dead-letter.ts';
import { deleteMessage } from './delete-message.ts';
import { deliveryInfo } from './delivery-info.ts';
import type { NatsLink } from './nats-link.ts';
import { isKey, type LineNames, type NatsNames } from './nats-names.ts';
import { NatsTrouble } from './nats-problem.ts';
import { ConsumerGone, pullMessage } from './pull-message.ts';
import type { Place, Seal } from './seal.ts';

export interface NatsLineOptions {
  readonly names: LineNames;
  readonly deadLetters: NatsNames['deadLetters'];
  /** A message that cannot be opened is given up after so many deliveries: other processes may have the key. */
  readonly deliveries: number;
  readonly firstRetryMs: number;
  /** How long one may be silent that is in somebody's hands, ms. */
  readonly ackMs: () => number;
  /** One was given up that nobody could read. */
  readonly unreadable: (reason: ErrorCode) => void;
  /** Nothing can be taken from it, though NATS is there, and why; undefined when something can be again. */
  readonly troubled: (problem: string | undefined) => void;
}

/** What a stream that is full answers (`JSStreamStoreFailedF`); disks that cannot be written to have the same code. */
const storeFailed = 10077;
const isFull = /maximum (messages|bytes) exceeded/i;
/** How often the length is looked at, ms. */
const lookMs = 3000;
const pauseMs = 1000;
const ackMs = 5000;

/** A line that is a work-queue stream of JetStream. */
export class NatsLine<Body> implements Line<Body> {
  readonly #link: NatsLink;
  readonly #seal: Seal;
  readonly #options: NatsLineOptions;
  readonly #looking: NodeJS.Timeout;
  #waiting = 0;
  #trouble: string | undefined;

  constructor(link: NatsLink, seal: Seal, options: NatsLineOptions) {
    this.#link = link;
    this.#seal = seal;
    this.#options = options;
    this.#looking = setInterval(() => void this.#look(), lookMs).unref();
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Why nothing can be taken from it, as far as that was tried here. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  async push(id: string, body: Body): Promise<boolean> {
    return await this.put(id, body, id);
  }

  /** @param messageId - of two with the same only the first is kept */
  async put(id: string, body: Body, messageId: string): Promise<boolean> {
    const bytes = await this.#seal.close(body, this.#place(id));
    const subject = `${this.#options.names.subject}.${id}`;
    return await this.#link.use(async ({ stream }) => {
      try {
        const { duplicate } = await stream.publish(subject, bytes, { msgID: messageId });
        return !duplicate;
      } catch (error) {
        if (
          !(error instanceof JetStreamApiError) ||
          error.code !== storeFailed ||
          !isFull.test(error.message)
        )
          throw error;
        throw queueFull();
      }
    });
  }

  async take(signal: AbortSignal): Promise<Delivery<Body> | undefined> {
    while (!signal.aborted) {
      try {
        await this.#link.ready(signal);
        const { connection, lost } = this.#link;
        if (connection === undefined) continue;
        const message = await pullMessage(connection, this.#options.names, [signal, lost]);
        this.#tell(undefined);
        const delivery = message === undefined ? undefined : await this.#opened(message);
        if (delivery !== undefined) return delivery;
      } catch (error) {
        // Of a connection that is lost the link tells; it is tried for ever.
        if (error instanceof NatsTrouble && this.#link.up) this.#tell(error.message);
        if (error instanceof ConsumerGone) this.#link.again();
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  async drop(id: string): Promise<void> {
    if (!isKey(id)) return;
    const { stream, subject } = this.#options.names;
    await this.#link.use(async ({ manager }) => {
      const message = await manager.streams.getMessage(stream, { last_by_subj: `${subject}.${id}` });
      if (message !== null) await deleteMessage(manager, stream, message.seq);
    });
  }

  async bury({ id, body, message }: Delivery<Body>, reason: string): Promise<void> {
    await this.#bury(await this.#seal.close(body, this.#place(id)), { id, message, reason });
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #place(id: string): Place {
    return { within: this.#options.names.stream, id };
  }

  /** Once, however often it is tried. */
  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#options.troubled(trouble);
  }

  async #bury(
    bytes: Uint8Array,
    { id, message, reason }: { readonly id: string; readonly message: string; readonly reason: string },
  ): Promise<void> {
    const { names, deadLetters } = this.#options;
    await this.#link.use(({ stream }) =>
      stream.publish(`${deadLetters.subject}.${reason}.${id}`, bytes, {
        // Whoever buries it may be lost before it is acknowledged.
        msgID: `${id}.${message}`,
        headers: letterHeaders({ id, message, reason, line: names.stream }),
      }),
    );
  }

  async #opened(message: Msg): Promise<Delivery<Body> | undefined> {
    const { sequence, deliveries } = deliveryInfo(message.reply ?? '');
    const id = message.subject.slice(this.#options.names.subject.length + 1);
    const delivery = {
      id,
      message: String(sequence),
      delivery: deliveries,
      ...this.#answers(message.reply ?? ''),
    };
    // A NATS that was started anew gives out what is in the hands of others, before they could give a sign of it: it comes
    // again when they do not.
    const silentMs = this.#options.ackMs();
    if (deliveries > 1 && this.#link.backForMs < silentMs) {
      await delivery.again(silentMs);
      return undefined;
    }
    try {
      return { ...delivery, body: await this.#seal.open<Body>(message.data, this.#place(id)) };
    } catch {
      await this.#giveUp(message.data, delivery);
      return undefined;
    }
  }

  /** A message that cannot be opened holds nobody up. */
  async #giveUp(bytes: Uint8Array, delivery: Omit<Delivery<Body>, 'body'>): Promise<void> {
    const { deliveries, firstRetryMs, unreadable } = this.#options;
    if (delivery.delivery < deliveries) {
      const tried = { attempt: delivery.delivery, firstMs: firstRetryMs, random: Math.random() };
      return await delivery.again(backoffMs(tried));
    }
    const reason = 'message-unreadable';
    await this.#bury(bytes, { id: delivery.id, message: delivery.message, reason });
    await delivery.done();
    unreadable(reason);
  }

  #answers(reply: string): Pick<Delivery<Body>, 'working' | 'done' | 'again'> {
    // With a reply of its own the server says that it has it.
    const answer = async (what: string) => {
      await this.#link.use(({ connection }) => connection.request(reply, what, { timeout: ackMs }));
    };
    return {
      working: () => {
        const { connection } = this.#link;
        if (connection !== undefined && !connection.isClosed()) connection.publish(reply, '+WPI');
      },
      done: () => answer('+ACK'),
      again: (delayMs) =>
        answer(`-NAK ${JSON.stringify({ delay: Math.max(1, Math.round(delayMs)) * 1_000_000 })}`),
    };
  }

  async #look(): Promise<void> {
    const { stream, consumer } = this.#options.names;
    if (!this.#link.up) return;
    const info = this.#link.use(({ manager }) => manager.consumers.info(stream, consumer));
    // One that failed leaves what was known.
    this.#waiting = await info.then(({ num_pending }) => num_pending).catch(() => this.#waiting);
  }
}
