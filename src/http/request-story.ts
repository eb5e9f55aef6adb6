import { AsyncResource } from 'node:async_hooks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Analysis } from '../analysis/analysis.ts';
import type { ErrorCode } from '../errors.ts';

/** What becomes of a request, gathered while it is worked on; nothing in it names a patient or study. */
export interface RequestStory {
  /** Settles, and never rejects, when the analysis that it asked for has ended. */
  work?: Promise<void>;
  analysis?: Pick<Analysis, 'outcome' | 'timingsMs' | 'published'>;
  /** Of the error that it ended with. */
  code?: ErrorCode;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent where the request did not even reach the hooks. */
    story?: RequestStory;
  }
}

/** A request that is over. */
export interface ToldStory extends Omit<RequestStory, 'work'> {
  readonly outcome: Analysis['outcome'] | 'answered' | 'failed' | 'cancelled';
  /** The client did not wait for its answer. */
  readonly hungUp: boolean;
  /** Of the answer, where it was begun. */
  readonly status?: number;
}

/**
 * Calls back once: when the answer has gone out, or the client has hung up and what was done for it has ended. A
 * client that hangs up while its report is being written still has it published.
 */
export function whenOver(
  request: FastifyRequest,
  reply: FastifyReply,
  tell: (story: ToldStory) => void,
): void {
  const tellNow = () => tell(told(request.story ?? {}, reply));
  const onClose = () => {
    const { work } = request.story ?? {};
    if (work === undefined) tellNow();
    else void work.then(tellNow);
  };
  // The socket knows nothing of the trace that the request belongs to.
  reply.raw.once('close', AsyncResource.bind(onClose));
}

function told({ work: _, ...story }: RequestStory, { raw }: FastifyReply): ToldStory {
  const hungUp = !raw.writableFinished;
  const otherwise = hungUp ? 'cancelled' : story.code === undefined ? 'answered' : 'failed';
  return {
    ...story,
    outcome: story.analysis?.outcome ?? otherwise,
    hungUp,
    ...(raw.headersSent ? { status: raw.statusCode } : {}),
  };
}
