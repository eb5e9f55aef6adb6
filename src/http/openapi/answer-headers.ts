/** Headers of answers in the OpenAPI document: as components, and which statuses have them. */
export const answerHeaders = {
  'x-request-id': {
    description: 'Names this request in the log of the service, in the audit and towards PACS and EHR',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  },
  'retry-after': {
    description: 'Seconds after which sending the same request again makes sense (RFC 9110 10.2.3)',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
  allow: {
    description: 'The methods that this path has (RFC 9110 10.2.1)',
    required: true,
    schema: { type: 'string' },
    example: 'POST',
  },
  'www-authenticate': {
    description:
      'How to authenticate (RFC 6750 3, RFC 9728 5.1), where access tokens are accepted; also with the 400 of an Authorization header that holds none',
    required: false,
    schema: { type: 'string' },
    example:
      'Bearer realm="lobar", error="invalid_token", resource_metadata="https://lobar.example.org/.well-known/oauth-protected-resource"',
  },
} as const;

type HeaderName = keyof typeof answerHeaders;

const byStatus: Readonly<Record<number, HeaderName>> = {
  405: 'allow',
  429: 'retry-after',
  503: 'retry-after',
};

/** Of operations that ask who is there. */
const byStatusOfProtected: typeof byStatus = {
  400: 'www-authenticate',
  401: 'www-authenticate',
  403: 'www-authenticate',
  ...byStatus,
};

/**
 * References to the headers of an error of that status.
 *
 * @param isProtected - whether the operation asks who is there
 */
export function headersOfError(status: number, isProtected: boolean): Record<string, object> {
  const special = (isProtected ? byStatusOfProtected : byStatus)[status];
  return headerReferences(['x-request-id', ...(special === undefined ? [] : [special])]);
}

export function headerReferences(names: readonly HeaderName[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
