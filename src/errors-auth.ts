import { entry, exitCode, type None } from './error-entry.ts';

const { usage, upstreamFailed } = exitCode;

/** Errors of who asks: a part of the table in errors.ts. Callers that are not known see these, so they tell little. */
// biome-ignore format: a table reads best with one row a code
export const authErrors = {
  'credentials-missing': entry<{ certificates: boolean }>(401, usage, 'Credentials missing',
    ({ certificates }) => `This needs credentials: send an access token as Authorization: Bearer${certificates ? ', or a client certificate' : ''}. /.well-known/oauth-protected-resource says who issues tokens.`),
  'token-invalid': entry<{ problem: string }>(401, usage, 'Access token refused',
    ({ problem }) => `The access token is refused: ${problem}. Get another one; /.well-known/oauth-protected-resource says where.`),
  'scope-insufficient': entry<{ scope: string }>(403, usage, 'Scope missing',
    ({ scope }) => `This needs the scope ${scope}, which these credentials do not carry. Have it granted to this client.`),
  'certificate-refused': entry<{ problem: string }>(403, usage, 'Client certificate refused',
    ({ problem }) => `The client certificate is refused: ${problem}. Send one that this service trusts.`),
  'host-refused': entry<None>(403, usage, 'Host refused',
    () => 'The Host header names another host. As nobody is asked who he is, this service is for this machine alone: address it as localhost or by its loopback address, also from a proxy, or configure auth.'),
  'issuer-unavailable': entry<None>(503, upstreamFailed, 'Issuer of tokens unavailable',
    () => 'The access token cannot be checked: the keys of its issuer cannot be had at the moment. Send the request again after Retry-After seconds.'),
} as const;
