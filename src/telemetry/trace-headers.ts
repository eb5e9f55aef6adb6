import { context, propagation } from '@opentelemetry/api';

export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * The span that a request is sent from (W3C Trace Context), when there is one. Baggage stays here: it may hold
 * anything, and PACS and EHR are another's.
 */
export function traceHeaders(): TraceHeaders {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), carrier);
  const { traceparent, tracestate } = carrier;
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  };
}
