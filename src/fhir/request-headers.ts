import { context, propagation } from '@opentelemetry/api';
import type { EhrConfig } from '../config-schema.ts';
import { readBearerToken } from '../outbound/endpoint-files.ts';

export interface HeaderOptions {
  /** Name of the EHR in the configuration. */
  readonly ehr: string;
  /** The same in every attempt, so that the logs of both sides can be matched. */
  readonly requestId: string;
  readonly config: Pick<EhrConfig, 'bearerTokenFile'>;
}

/**
 * The headers of one request to an EHR. The token is read anew for each: the platform renews its file.
 *
 * @throws LobarError `config-invalid` (token file)
 */
export async function requestHeaders({
  ehr,
  requestId,
  config,
}: HeaderOptions): Promise<Record<string, string>> {
  const headers = { 'x-request-id': requestId, 'accept-encoding': 'identity', ...traceHeaders() };
  const { bearerTokenFile } = config;
  if (bearerTokenFile === undefined) {
    return headers;
  }
  const token = await readBearerToken(`ehr.${ehr}.bearerTokenFile`, bearerTokenFile);
  return { ...headers, authorization: `Bearer ${token}` };
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
