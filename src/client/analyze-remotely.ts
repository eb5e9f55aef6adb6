import { retryWaitMs, wait } from '../backoff.ts';
import { LobarError } from '../errors.ts';
import { answerFailure } from './answer-failure.ts';
import type { operations } from './api.ts';
import { DocumentCollector, type RemoteDocument } from './document-collector.ts';
import type { ServiceClient } from './open-service-client.ts';
import { readEvents } from './read-events.ts';
import { readRefusal } from './read-refusal.ts';
import {
  parseAnalysis,
  parseProblem,
  parseProgress,
  parseQueued,
  type Refusal,
  type RemoteAnalysis,
  type RemoteProblem,
  type RemoteProgress,
  type RemoteQueued,
  type RemoteRequest,
  requireMediaType,
} from './remote-documents.ts';

export type RemoteOutcome =
  | {
      readonly kind: 'analysis';
      readonly analysis: RemoteAnalysis;
      /** Where documents were asked for: those that were made; of an ineligible study none. */
      readonly documents?: readonly RemoteDocument[];
    }
  | { readonly kind: 'problem'; readonly problem: RemoteProblem };

export interface RemoteOptions {
  /** Aborted: the request is hung up, which cancels the analysis. */
  readonly signal: AbortSignal;
  readonly headers?: NonNullable<operations['analyze']['parameters']['header']>;
  readonly onProgress?: (progress: RemoteProgress) => void;
  /** The service has taken it, and lets it wait for a place. */
  readonly onQueued?: (queued: RemoteQueued) => void;
  /** Seconds that a service which is full or busy is waited for, all its refusals together; 0 by default. */
  readonly patience?: number;
  /** What it said, and how many seconds pass before it is asked again. */
  readonly onWait?: (said: string, seconds: number) => void;
}

/**
 * Has a study analysed by a Lobar service: POST /v1/analyses with a stream of events, as its OpenAPI document says.
 *
 * @throws LobarError `service-unreachable`, `service-unavailable`, `service-broke-off`, `service-answer-invalid`;
 *   `cancelled`, or what the signal was aborted with; `config-invalid`, `proxy-failed`, `address-blocked` of the
 *   way to it
 */
export async function analyzeRemotely(
  client: Pick<ServiceClient, 'api'>,
  request: RemoteRequest,
  options: RemoteOptions,
): Promise<RemoteOutcome> {
  const { signal, patience = 0, onWait = () => {} } = options;
  const until = performance.now() + patience * 1000;
  while (true) {
    const outcome = await askOnce(client, request, options);
    if (outcome.kind === 'analysis') return outcome;
    const { problem, status, retryAfter } = outcome;
    // With jitter: others may have been refused together with this one.
    const ms = retryAfter === undefined ? Number.POSITIVE_INFINITY : retryWaitMs(1, 1000, retryAfter * 1000);
    if (performance.now() + ms > until) {
      if (problem === undefined) throw new LobarError('service-unavailable', { status });
      return { kind: 'problem', problem };
    }
    onWait(problem?.detail ?? `HTTP ${status}`, Math.round(ms / 1000));
    await wait(ms, signal);
  }
}

type Answer = Extract<RemoteOutcome, { kind: 'analysis' }> | Refusal;

async function askOnce(
  { api }: Pick<ServiceClient, 'api'>,
  body: RemoteRequest,
  { signal, headers = {}, onProgress = () => {}, onQueued = () => {} }: RemoteOptions,
): Promise<Answer> {
  let begun = false;
  const documents = body.documents === undefined ? undefined : new DocumentCollector();
  try {
    const { response, data, error } = await api.POST('/v1/analyses', {
      body,
      params: { header: headers },
      headers: { accept: 'text/event-stream' },
      parseAs: 'stream',
      signal,
    });
    if (response.status !== 200) return readRefusal(response, error);
    requireMediaType(response, 'text/event-stream');
    begun = true;
    // openapi-fetch gives no stream for Content-Length: 0.
    if (data === undefined || data === null) throw endedTooSoon();
    for await (const { event, data: text } of readEvents(data)) {
      if (event === 'queued') onQueued(parseQueued(text));
      if (event === 'progress') onProgress(parseProgress(text));
      if (event === 'document') documents?.add(text);
      if (event === 'analysis') {
        const made = documents === undefined ? {} : { documents: documents.finish() };
        return { kind: 'analysis', analysis: parseAnalysis(text), ...made };
      }
      if (event === 'problem') return parseProblem(text);
    }
  } catch (thrown) {
    throw answerFailure(thrown, { signal, begun });
  }
  throw endedTooSoon();
}

function endedTooSoon(): LobarError {
  return new LobarError('service-broke-off', { problem: 'its stream ended too soon' });
}
