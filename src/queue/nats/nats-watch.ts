import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscription } from '@nats-io/transport-node';
import type { Job } from '../job.ts';
import type { Stored } from '../job-store.ts';
import type { NatsLink } from './nats-link.ts';

/** What was published may be readable only a moment later, ms. */
const soonMs = [0, 100, 500] as const;
/** A message that says that something changed may be lost: it is looked at anyway, ms. */
const lookMs = 5000;

/**
 * Calls back when a key changed. A consumer would have to be made anew after every loss of a server; instead whatever is
 * published under the key is taken for a hint to look, and it is looked at every few seconds anyway.
 */
export function watchKey<Request, Result>(
  link: NatsLink,
  subject: string,
  find: () => Promise<Stored<Request, Result> | undefined>,
  changed: (job: Job<Request, Result>) => void,
): () => void {
  let seen = -1;
  let over = false;
  const look = async () => {
    const stored = await find().catch(() => undefined);
    if (over || stored === undefined || stored.revision <= seen) return false;
    seen = stored.revision;
    changed(stored.job);
    return true;
  };
  const hinted = async () => {
    for (const ms of soonMs) {
      await sleep(ms);
      if (over || (await look())) return;
    }
  };
  let looking = look();
  const next = (step: () => Promise<unknown>) => {
    looking = looking.then(async () => {
      if (!over) await step();
      return true;
    });
  };
  const timer = setInterval(() => next(look), lookMs);
  let subscription: Subscription | undefined;
  try {
    // Without the permission there are no hints.
    const callback = (error: Error | null) => {
      if (error === null) next(hinted);
    };
    subscription = link.connection?.subscribe(subject, { callback });
  } catch {
    // Closed meanwhile.
  }
  return () => {
    over = true;
    clearInterval(timer);
    if (subscription !== undefined && !subscription.isClosed()) subscription.unsubscribe();
  };
}
