/**
 * What is wrong with an address that an authority names in its metadata; undefined where it may be asked. Repeats no
 * address: what another server wrote is not told.
 *
 * @param field - of the metadata, such as `jwks_uri`
 * @param base - where the metadata are: over TLS they may not lead away from it
 */
export function namedUrlProblem(field: string, url: unknown, base: string): string | undefined {
  if (url === undefined) return `names no ${field}`;
  if (typeof url !== 'string' || !URL.canParse(url)) return `names a ${field} that is no URL`;
  const { protocol, username, password, hash } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return `names a ${field} that is no URL of the web`;
  // Of a token endpoint RFC 6749 3.2: no fragment.
  if (username + password + hash !== '') return `names a ${field} with credentials or a fragment`;
  if (protocol === 'http:' && new URL(base).protocol === 'https:') {
    return `names a ${field} without TLS (http)`;
  }
  return undefined;
}
