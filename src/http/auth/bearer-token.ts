import type { IncomingMessage } from 'node:http';
import { LobarError } from '../../errors.ts';
import { isBearerToken } from '../../outbound/is-bearer-token.ts';

/**
 * The token of the Authorization header (RFC 6750 2.1). In a form or in the address (2.2, 2.3) none is looked for:
 * those end up in logs. Another scheme is none, as if nothing had been sent (RFC 6750 3.1).
 *
 * @throws LobarError `request-invalid` for two such headers, of which another server might take the other one, and
 *   for what is no token
 */
export function bearerToken({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | undefined {
  // Node itself drops the second one.
  const values = rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  if (values.length > 1) throw malformed('it has more than one Authorization header');
  const [, scheme, token = ''] = /^(\S*) *(.*)$/s.exec(values[0] ?? '') ?? [];
  if (scheme?.toLowerCase() !== 'bearer') return undefined;
  if (!isBearerToken(token)) throw malformed('its Authorization header holds no bearer token (RFC 6750 2.1)');
  return token;
}

function malformed(problem: string): LobarError {
  return new LobarError('request-invalid', { problem });
}
