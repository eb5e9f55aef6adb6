import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalyzeRequest, AnalyzeResult } from '../analysis/analyze.ts';
import { abortOnHangUp } from './abort-on-hang-up.ts';
import { toLobarError } from './problem.ts';
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
  const run = { signal: abortOnHangUp(reply), id: request.id, caller: { address: request.ip } };
  const result = admission.run(() => work(run));
  tellStory(request, result);
  return result;
}

/** For the log and the trace of the request; who waits for the result hears of a failure too. */
function tellStory(request: FastifyRequest, result: Promise<AnalyzeResult>): void {
  const { story = {} } = request;
  story.work = result.then(
    ({ analysis }) => {
      story.analysis = analysis;
    },
    (error: unknown) => {
      story.code = toLobarError(error, request).code;
    },
  );
}
