import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalyzeRequest, AnalyzeResult } from '../analysis/analyze.ts';
import { abortOnHangUp } from './abort-on-hang-up.ts';
import { logPublished } from './log-published.ts';
import type { ServiceContext } from './service-context.ts';

/** What every analysis has, whoever asks for it and in whatever form. */
export interface Run {
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
  readonly id: AnalyzeRequest['id'];
  readonly caller: AnalyzeRequest['caller'];
}

/**
 * Does the analysis that a request asks for, in one of the places of this process, for as long as its client
 * waits for it.
 *
 * @throws LobarError of the admission, at once and not by the promise; by the promise what `work` throws
 */
export function runAnalysis(
  request: FastifyRequest,
  reply: FastifyReply,
  { admission }: Pick<ServiceContext, 'admission'>,
  work: (run: Run) => Promise<AnalyzeResult>,
): Promise<AnalyzeResult> {
  const run = {
    signal: abortOnHangUp(reply),
    id: request.id,
    caller: { address: request.ip, identity: request.client.identity },
  };
  return admission.run(async () => logPublished(await work(run), request));
}
