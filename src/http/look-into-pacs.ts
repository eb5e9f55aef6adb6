import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Look } from '../analysis/worklist/list-worklist.ts';
import { LobarError } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { abortOnHangUp } from './abort-on-hang-up.ts';
import type { ServiceContext } from './service-context.ts';

/** So many are at work at once in this process: the headers of a study are megabytes. */
const atOnce = 4;
/** More than those that wait are answered 503: a page asks of every study in its list. */
const mostWaiting = 200;

/** Does what a reader asks a PACS for, when its turn has come, for as long as the reader waits for it. */
export type LookIntoPacs = <Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (look: Look) => Promise<Result>,
) => Promise<Result>;

/** @throws (the function that is given) LobarError `shutting-down`, `at-capacity`, `cancelled`; what `work` throws */
export function lookIntoPacs({
  admission,
  audit,
}: Pick<ServiceContext, 'admission' | 'audit'>): LookIntoPacs {
  const places = fewPlaces();
  return async (request, reply, work) => {
    const { id: requestId, ip: address, client } = request;
    if (admission.draining) throw new LobarError('shutting-down', {});
    const signal = AbortSignal.any([abortOnHangUp(reply), admission.givingUp]);
    await places.take(signal);
    try {
      return await work({ requestId, caller: { address, identity: client.identity }, audit, signal });
    } finally {
      places.release();
    }
  };
}

function fewPlaces() {
  let taken = 0;
  const waiting: (() => void)[] = [];
  // It is handed over to who waits longest: nobody who comes in between gets it.
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    release,
    async take(signal: AbortSignal): Promise<void> {
      if (taken < atOnce) {
        taken += 1;
        return;
      }
      if (waiting.length >= mostWaiting) throw new LobarError('at-capacity', { what: 'place' });
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      await unlessAborted(turn.promise, signal).catch((error: unknown) => {
        const index = waiting.indexOf(turn.resolve);
        if (index === -1) release();
        else waiting.splice(index, 1);
        throw error;
      });
    },
  };
}
