import type { Job, NewJob } from '../job.ts';
import { hasEnded } from '../job.ts';
import { type DeadLetter, readLetterHeaders } from './dead-letter.ts';
import type { NatsLine } from './nats-line.ts';
import type { NatsLink } from './nats-link.ts';
import type { NatsNames } from './nats-names.ts';
import type { NatsStore } from './nats-store.ts';
import type { Seal } from './seal.ts';

/** What became of one that was to be put back. */
export type PutBack = 'put-back' | 'unreadable' | 'at-work';

export interface DeadLetters<Request> {
  /** The oldest first. */
  list(): AsyncIterable<DeadLetter<NewJob<Request>>>;
  /** Puts one back into its line, with all its tries, and takes it out here. */
  retry(letter: DeadLetter<NewJob<Request>>): Promise<PutBack>;
  drop(letter: DeadLetter<NewJob<Request>>): Promise<void>;
}

export function openDeadLetters<Request, Result, Call>(
  link: NatsLink,
  seal: Seal,
  parts: {
    readonly names: NatsNames;
    readonly store: NatsStore<Request, Result>;
    readonly jobs: NatsLine<NewJob<Request>>;
    readonly calls: NatsLine<Call>;
  },
): DeadLetters<Request> {
  const { names, store, jobs, calls } = parts;
  const { stream } = names.deadLetters;
  const drop = async ({ sequence }: Pick<DeadLetter<unknown>, 'sequence'>) => {
    await link.use(({ manager }) => manager.streams.deleteMessage(stream, sequence));
  };
  return {
    async *list() {
      for (let from = 1; ; ) {
        // NATS 2.9 knows next_by_subj, the types of the library do not.
        const next = { seq: from, next_by_subj: `${names.deadLetters.subject}.*` };
        const message = await link.use(({ manager }) => manager.streams.getMessage(stream, next));
        if (message === null) return;
        const { seq, time, header, data } = message;
        const body = await seal.open<NewJob<Request>>(data).catch(() => undefined);
        yield { sequence: seq, buried: time.toISOString(), body, ...readLetterHeaders(header) };
        from = seq + 1;
      }
    },
    async retry(letter) {
      const { id, body, line, sequence } = letter;
      if (body === undefined) return 'unreadable';
      const messageId = `${id}.again.${sequence}`;
      if (line === names.calls.stream) {
        await calls.put(id, body as unknown as Call, messageId);
      } else {
        const before = (await store.find(id))?.job;
        if (before !== undefined && !hasEnded(before) && !isFresh(before)) return 'at-work';
        // What is noted first: to whoever takes the message the old notes would say that it is a duplicate.
        await store.reset({ ...body, state: 'queued', attempt: 0 });
        await jobs.put(id, body, messageId);
      }
      await drop(letter);
      return 'put-back';
    },
    drop,
  };
}

/** As it is when it was put back, and the message may not have been. */
function isFresh({ attempt, message }: Job<unknown, unknown>): boolean {
  return attempt === 0 && message === undefined;
}
