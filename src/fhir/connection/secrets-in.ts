/**
 * What a request was sent with and nobody else may read: the values of configured headers, and token or password
 * of the Authorization header. Not its scheme: a server that says "Bearer token expired" is to be understood.
 */
export function secretsIn(
  headers: Readonly<Record<string, string>>,
  credentials: string | undefined,
): readonly string[] {
  const [scheme, secret = ''] = credentials?.split(' ') ?? [];
  // RFC 7617 2: user-id ":" password, the user-id without a colon.
  const password =
    scheme === 'Basic'
      ? Buffer.from(secret, 'base64')
          .toString()
          .replace(/^[^:]*:/, '')
      : '';
  return [...Object.values(headers), secret, password].filter((text) => text !== '');
}
