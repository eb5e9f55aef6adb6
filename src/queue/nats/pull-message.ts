import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { createInbox, nanos } from '@nats-io/transport-node';
import { NatsTrouble } from './nats-problem.ts';

/** A request for a message is made anew after so long, ms: it is lost with a connection, or with a server. */
const expiresMs = 5000;
const graceMs = 2000;

/**
 * The next message of a pull consumer (NATS ADR-37), taken one at a time: what was fetched ahead would wait here while
 * another process is idle.
 *
 * @returns undefined when none came in a few seconds, or the signal fired: then one that still comes is given back
 * @throws NatsTrouble when the consumer does not answer
 */
export async function pullMessage(
  connection: NatsConnection,
  { stream, consumer }: { readonly stream: string; readonly consumer: string },
  signal: AbortSignal,
): Promise<Msg | undefined> {
  const inbox = createInbox();
  const settled = Promise.withResolvers<Msg | undefined>();
  let over = false;
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return settled.reject(error);
      const status = statusOf(message);
      if (status === undefined) {
        if (over) message.respond('-NAK');
        else settled.resolve(message);
      } else if (status === 503 || status === 400) {
        settled.reject(new NatsTrouble(`the consumer ${consumer} does not answer`));
      } else if (status !== 100) settled.resolve(undefined);
    },
  });
  const stop = () => {
    over = true;
    settled.resolve(undefined);
  };
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(stop, expiresMs + graceMs);
  try {
    if (signal.aborted) return undefined;
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({ batch: 1, expires: nanos(expiresMs) }),
      { reply: inbox },
    );
    return await settled.promise;
  } finally {
    over = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // What was on its way has come when this is done.
    void subscription.drain().catch(() => {});
  }
}

/** Of an answer that is no message: 404 and 408 none there, 409 asked otherwise, 503 nobody listens. */
function statusOf({ headers, data }: Msg): number | undefined {
  return data.length === 0 && headers !== undefined && headers.code > 0 ? headers.code : undefined;
}
