/** Parameters that several operations share: as their routes check them, and as the OpenAPI document says them. */
import { Type } from '@sinclair/typebox';

/** Whole seconds from 1 to 86400: a header is a text, so that a range has to be a pattern. */
const secondsOfADay = '^([1-9][0-9]{0,3}|[1-7][0-9]{4}|8[0-5][0-9]{3}|86[0-3][0-9]{2}|86400)$';

/** The headers of an analysis. RFC 9218 and W3C Trace Context have what cannot be read ignored, not refused. */
export const analysisHeaders = Type.Object({
  priority: Type.Optional(Type.String()),
  'request-timeout': Type.Optional(Type.String({ pattern: secondsOfADay })),
  traceparent: Type.Optional(Type.String()),
});

/** Those of one that may be put into the queue. RFC 7240 has preferences that cannot be read ignored. */
export const queuedAnalysisHeaders = Type.Object({
  ...analysisHeaders.properties,
  prefer: Type.Optional(Type.String()),
  // Read only where it counts: without the preference it is ignored whatever it is.
  'idempotency-key': Type.Optional(Type.String()),
});

/** FHIR R4 http, 3.1.0.1.11; http/fhir-media-type.ts reads it more generously. */
export const formatParameter = { _format: Type.Optional(Type.String()) };

/** In place of what the routes say of a parameter of that name. */
export const sharedParameters = {
  Priority: {
    name: 'priority',
    in: 'header',
    description:
      'How urgent it is (RFC 9218): `u=0` is taken before everything that waits; 3 is the default, 7 waits longest. What cannot be read counts as the default.',
    schema: { type: 'string' },
    example: 'u=0',
  },
  RequestTimeout: {
    name: 'request-timeout',
    in: 'header',
    description:
      'How many seconds the caller will wait. What is not done by then is given up and answered 504 `deadline-exceeded`; the limit of the service stays.',
    schema: { type: 'integer', minimum: 1, maximum: 86_400 },
    example: 120,
  },
  Prefer: {
    name: 'prefer',
    in: 'header',
    description:
      '`respond-async` (RFC 7240 4.1): be answered 202 at once, and ask for the analysis later or be told by a callback. Other preferences are ignored.',
    schema: { type: 'string' },
    example: 'respond-async',
  },
  IdempotencyKey: {
    name: 'idempotency-key',
    in: 'header',
    description:
      'With `Prefer: respond-async`: a request of the same client with the same key is the same analysis (draft-ietf-httpapi-idempotency-key-header), for queue.rememberDays. A string in quotes, as structured fields have it (RFC 9651 3.3.3); without the quotes it is the same key. 1 to 255 characters. Without the preference it is ignored: publishing twice is harmless.',
    schema: { type: 'string' },
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    description:
      'The trace that the request belongs to (W3C Trace Context). What cannot be read counts as absent.',
    schema: { type: 'string' },
    example: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  Format: {
    name: '_format',
    in: 'query',
    description: 'Overrules Accept (FHIR R4 http, 3.1.0.1.11)',
    schema: { type: 'string', enum: ['json', 'application/json', 'application/fhir+json'] },
    example: 'json',
  },
} as const;
