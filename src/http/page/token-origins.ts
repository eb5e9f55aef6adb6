import type { Config } from '../../config-schema.ts';
import type { Authentication } from '../auth/open-authentication.ts';

/** So long what was found is used on; and so long nothing is asked again where it was not found. */
const keptMs = 600_000;
const failedMs = 30_000;

/**
 * The origins that the page asks for tokens at: of the issuer, which describes itself there, and of its token
 * endpoint. While the issuer cannot be asked for that, its own alone.
 */
export function tokenOrigins(
  { auth: { oidc }, page: { clientId } }: Pick<Config, 'auth' | 'page'>,
  { tokenEndpoint }: Pick<Authentication, 'tokenEndpoint'>,
): () => Promise<readonly string[]> {
  if (oidc === undefined || clientId === undefined) return async () => [];
  const { origin } = new URL(oidc.issuer);
  let until = 0;
  let found: Promise<readonly string[]> = Promise.resolve([]);
  return () => {
    if (performance.now() < until) return found;
    until = performance.now() + keptMs;
    const asked = tokenEndpoint?.() ?? Promise.reject(new Error('no token endpoint'));
    found = asked
      .then((url) => [...new Set([origin, new URL(url).origin])])
      .catch(() => {
        until = performance.now() + failedMs;
        return [origin];
      })
      .then((origins) => origins.filter(isPlain));
    return found;
  };
}

/** A host may hold what would end a source of a Content-Security-Policy. */
function isPlain(origin: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin);
}
