import { beaten, inTurn } from '../change-job.ts';
import type { Job, NewJob } from '../job.ts';
import { hasEnded } from '../job.ts';
import { type DeadLetter, readLetterHeaders } from './dead-letter.ts';
import { deleteMessage } from './delete-message.ts';
import type { NatsLine } from './nats-line.ts';
import type { NatsLink } from './nats-link.ts';
import { isKey, type NatsNames } from './nats-names.ts';
import type { NatsStore } from './nats-store.ts';
import type { Seal } from './seal.ts';

/** What became of one that was to be put back. */
export type PutBack = 'put-back' | 'unreadable' | 'outdated';

export interface DeadLetters<Request> {
  /** The oldest first; with an id only those of that job. */
  list(id?: string): AsyncIterable<DeadLetter<NewJob<Request>>>;
  /**
   * Puts one back into its line, with all its tries, and takes it out here. Of a job that was begun anew since, or has
   * ended otherwise, it is only taken out: who failed to take it out before must not undo what was done.
   */
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
    await link.use(({ manager }) => deleteMessage(manager, stream, sequence));
  };
  /** Notes that the job of a letter waits as if it were new. @returns false where it must not */
  const waitsAnew = async ({ id, message }: DeadLetter<unknown>, body: NewJob<Request>): Promise<boolean> => {
    const anew: Job<Request, Result> = { ...body, state: 'queued', attempt: 0 };
    return await inTurn(async () => {
      const stored = await store.find(id);
      if (stored !== undefined && isFresh(stored.job)) return true;
      if (stored !== undefined && isOutdated(stored.job, message)) return false;
      const noted = stored === undefined ? await store.create(anew) : await store.update(stored, anew);
      return noted === undefined ? beaten : true;
    });
  };
  return {
    async *list(id) {
      if (id !== undefined && !isKey(id)) return;
      const wanted = `${names.deadLetters.subject}.${id === undefined ? '>' : `*.${id}`}`;
      for (let from = 1; ; ) {
        // NATS 2.9 knows next_by_subj, the types of the library do not.
        const next = { seq: from, next_by_subj: wanted };
        const message = await link.use(({ manager }) => manager.streams.getMessage(stream, next));
        if (message === null) return;
        const { seq, time, header, data } = message;
        const head = readLetterHeaders(header);
        const place = { within: head.line, id: head.id };
        const body = await seal.open<NewJob<Request>>(data, place).catch(() => undefined);
        yield { sequence: seq, buried: time.toISOString(), body, ...head };
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
        // What is noted first: to whoever takes the message the old notes would say that it is a duplicate.
        if (!(await waitsAnew(letter, body))) {
          await drop(letter);
          return 'outdated';
        }
        await jobs.put(id, body, messageId);
      }
      await drop(letter);
      return 'put-back';
    },
    drop,
  };
}

/** As it is when it was put back, and the message may not have been. */
function isFresh({ state, attempt, message }: Job<unknown, unknown>): boolean {
  return state === 'queued' && attempt === 0 && message === undefined;
}

/** It ended well, or was ended; or it was begun by another message than the one that was given up. */
function isOutdated(job: Job<unknown, unknown>, message: string): boolean {
  return (hasEnded(job) && job.state !== 'failed') || (job.message !== undefined && job.message !== message);
}
