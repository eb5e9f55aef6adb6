import { type ErrorCode, LobarError } from '../../errors.ts';

/** RFC 6750 3.1; none where nothing was sent. */
const errorNames: Readonly<Partial<Record<ErrorCode, string | undefined>>> = {
  'credentials-missing': undefined,
  'request-invalid': 'invalid_request',
  'token-invalid': 'invalid_token',
  'scope-insufficient': 'insufficient_scope',
};

/**
 * WWW-Authenticate for an error of authentication (RFC 6750 section 3, RFC 9728 5.1); undefined where a token would
 * not help.
 *
 * @param scope - what the issuer calls the scope that is needed
 */
export function challenge(error: unknown, scope: string, metadataUrl: string): string | undefined {
  if (!(error instanceof LobarError)) return undefined;
  const { code, logged }: LobarError<ErrorCode> = error;
  if (!(code in errorNames)) return undefined;
  const name = errorNames[code];
  const parameters = {
    realm: 'lobar',
    ...(name === undefined ? {} : { error: name, error_description: logged }),
    scope,
    resource_metadata: metadataUrl,
  };
  return `Bearer ${Object.entries(parameters)
    .map(([key, value]) => `${key}="${quotable(value)}"`)
    .join(', ')}`;
}

/** RFC 6750 3: printable ASCII without quotation mark and backslash. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, "'");
}
