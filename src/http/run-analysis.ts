import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AnalyzeHooks, AnalyzeRequest, AnalyzeResult } from '../analysis/analyze.ts';
import { measuredAnalysis } from '../analysis/measured-analysis.ts';
import type { ErrorCode } from '../errors.ts';
import { abortOnHangUp } from './abort-on-hang-up.ts';
import { urgencyOf } from './priority.ts';
import { toLobarError } from './problem.ts';
import { requestTimeout } from './request-timeout.ts';
import type { ServiceContext } from './service-context.ts';

/** What every analysis has, whoever asks for it and in whatever form. */
export interface Run {
  /** Aborted when the client hangs up, its Request-Timeout is over, or this process gives up. */
  readonly signal: AbortSignal;
  readonly id: AnalyzeRequest['id'];
  readonly caller: AnalyzeRequest['caller'];
}

/** It hung up, or its own Request-Timeout was over: nobody turned it away. */
const leftByClient: ReadonlySet<ErrorCode> = new Set(['cancelled', 'deadline-exceeded']);

/** What a client that watches is told. */
export interface Watcher {
  readonly onProgress?: NonNullable<AnalyzeHooks['onProgress']>;
  /** That the analysis waits for a place, and how many wait before it. */
  readonly onWait?: (ahead: number) => void;
}

/**
 * Does the analysis that a request asks for, when it has a place in this process, for as long as its client waits
 * for it.
 *
 * @throws LobarError of the admission, at once and not by the promise; by the promise what `work` throws
 */
export function runAnalysis(
  request: FastifyRequest,
  reply: FastifyReply,
  { admission, metrics }: Pick<ServiceContext, 'admission' | 'metrics'>,
  work: (run: Run) => Promise<AnalyzeResult>,
  onWait?: Watcher['onWait'],
): Promise<AnalyzeResult> {
  const timeout = requestTimeout(request);
  const signal = AbortSignal.any([abortOnHangUp(reply), timeout.signal, admission.givingUp]);
  const run = { signal, id: request.id, caller: { address: request.ip, identity: request.client.identity } };
  const admitted = {
    client: request.client.id,
    urgency: urgencyOf(request.headers['priority']),
    signal,
    ...(onWait === undefined ? {} : { onWait }),
  };
  let begun = false;
  const counted = (error: unknown): never => {
    // Turned away, at once or after it waited; else it is counted as an analysis.
    const { code } = toLobarError(error, request);
    if (!begun && !leftByClient.has(code)) metrics.rejected(code);
    throw error;
  };
  const begin = () => {
    begun = true;
    return measuredAnalysis(metrics, () => work(run));
  };
  try {
    const result = admission.run(begin, admitted).catch(counted).finally(timeout.stop);
    tellStory(request, result);
    return result;
  } catch (error) {
    timeout.stop();
    return counted(error);
  }
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
