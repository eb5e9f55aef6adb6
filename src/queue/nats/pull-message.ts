import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { createInbox, nanos } from '@nats-io/transport-node';
import { NatsTrouble } from './nats-problem.ts';

/** There is no such consumer, or stream, any more, or nobody who looks after it just now. */
export class ConsumerGone extends NatsTrouble {}

/** A request for a message is made anew after so long, ms: it is lost with a connection, or with a server. */
const expiresMs = 5000;
const graceMs = 2000;

/**
 * The next message of a pull consumer (NATS ADR-37), taken one at a time: what was fetched ahead would wait here while
 * another process is idle.
 *
 * @returns undefined when none came in a few seconds, or a signal fired: then one that still comes is given back
 * @throws ConsumerGone, and NatsTrouble when the consumer does not answer, or refuses
 */
export async function pullMessage(
  connection: NatsConnection,
  { stream, consumer }: { readonly stream: string; readonly consumer: string },
  signals: readonly AbortSignal[],
): Promise<Msg | undefined> {
  const inbox = createInbox();
  const settled = Promise.withResolvers<Msg | undefined>();
  let over = false;
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return over ? undefined : settled.reject(error);
      const status = statusOf(message);
      if (status === undefined) {
        if (over) message.respond('-NAK');
        else settled.resolve(message);
        return;
      }
      const trouble = troubleOf(status, consumer);
      if (trouble !== undefined) settled.reject(trouble);
      else if (status.code !== 100) settled.resolve(undefined);
    },
  });
  const stop = () => {
    over = true;
    settled.resolve(undefined);
  };
  for (const signal of signals) signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => {
    over = true;
    settled.reject(new NatsTrouble(`the consumer ${consumer} does not answer`));
  }, expiresMs + graceMs);
  try {
    if (signals.some(({ aborted }) => aborted)) return undefined;
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({ batch: 1, expires: nanos(expiresMs) }),
      { reply: inbox },
    );
    return await settled.promise;
  } finally {
    over = true;
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', stop);
    // What was on its way has come when this is done.
    void subscription.drain().catch(() => {});
  }
}

interface Status {
  readonly code: number;
  readonly description: string;
}

/** Of an answer that is no message. */
function statusOf({ headers, data }: Msg): Status | undefined {
  return data.length === 0 && headers !== undefined && headers.code > 0 ? headers : undefined;
}

/** 404 and 408: none is there; 409 also where it moves to another server, or is deleted; 503: nobody listens. */
function troubleOf({ code, description }: Status, consumer: string): NatsTrouble | undefined {
  if (code === 100 || code === 404 || code === 408 || /leadership change/i.test(description))
    return undefined;
  const isGone = code === 503 || /deleted/i.test(description);
  if (isGone) return new ConsumerGone(`the consumer ${consumer} is not there`);
  return new NatsTrouble(`the consumer ${consumer} answers: ${description} (${code})`);
}
