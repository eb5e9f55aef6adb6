import type { Readable } from 'node:stream';
import { SpanKind } from '@opentelemetry/api';
import { errorType, markFailed, tracer } from './in-span.ts';

/** An exchange with another system. */
export interface ClientExchange {
  /** Where it is configured: `pacs.main`. */
  readonly endpoint: string;
  /** What is being done, in words that hold no identifier: 'QIDO-RS search for series'. */
  readonly operation: string;
}

export interface ClientSpan {
  /** The head of the answer is there; the span lasts until its body is closed, where that is given. */
  answered(status: number, body?: Readable): void;
  /** It failed, though `run` does not throw. */
  failed(error: unknown): void;
}

/**
 * Runs one exchange within a CLIENT span: what is sent meanwhile with `traceHeaders` names that span as its parent.
 * The span says which endpoint and operation it was, and the HTTP status; never an address, which holds identifiers.
 */
export async function withClientSpan<Result>(
  { endpoint, operation }: ClientExchange,
  run: (span: ClientSpan) => Promise<Result>,
): Promise<Result> {
  const [system = ''] = endpoint.split('.');
  const name = `${system} ${operation.replace(/^the /, '')}`;
  const options = { kind: SpanKind.CLIENT, attributes: { 'lobar.endpoint': endpoint } };
  return await tracer().startActiveSpan(name, options, async (span) => {
    let body: Readable | undefined;
    try {
      return await run({
        answered(status, stream) {
          span.setAttribute('http.response.status_code', status);
          if (status >= 400) markFailed(span, String(status));
          body = stream;
        },
        failed: (error) => markFailed(span, errorType(error)),
      });
    } catch (error) {
      markFailed(span, errorType(error));
      throw error;
    } finally {
      whenClosed(body, () => span.end());
    }
  });

  function whenClosed(stream: Readable | undefined, then: () => void): void {
    if (stream === undefined || stream.closed) then();
    else stream.once('close', then);
  }
}
