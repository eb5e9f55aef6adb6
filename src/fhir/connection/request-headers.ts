import { context, propagation } from '@opentelemetry/api';

export interface HeaderOptions {
  /** The same in every attempt, so that the logs of both sides can be matched. */
  readonly requestId: string;
  readonly target: { readonly headers: Readonly<Record<string, string>> };
}

/** The headers of one request to a FHIR server. */
export function requestHeaders(
  { requestId, target }: HeaderOptions,
  credentials: string | undefined,
): Record<string, string> {
  return {
    ...target.headers,
    'x-request-id': requestId,
    'accept-encoding': 'identity',
    ...traceHeaders(),
    ...(credentials === undefined ? {} : { authorization: credentials }),
  };
}

/**
 * The trace that the request belongs to (W3C Trace Context), when there is one. Baggage stays here: it may
 * hold anything, and the EHR is another's.
 */
function traceHeaders(): { traceparent?: string; tracestate?: string } {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), carrier);
  const { traceparent, tracestate } = carrier;
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}
