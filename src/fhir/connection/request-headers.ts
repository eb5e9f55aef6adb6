import { traceHeaders } from '../../telemetry/trace-headers.ts';

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
