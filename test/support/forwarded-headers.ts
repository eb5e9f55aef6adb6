import type { IncomingHttpHeaders } from 'node:http';

const names = ['accept', 'cache-control', 'content-type', 'if-match', 'if-none-exist', 'prefer'];

/** Of the headers of a request to a FHIR server those that a proxy hands on. */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
