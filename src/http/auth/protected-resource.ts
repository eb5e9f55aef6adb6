import { type OidcConfig, resourceOf } from '../../config-auth.ts';

const wellKnown = '/.well-known/oauth-protected-resource';

/** What a client has to know to ask for a token (RFC 9728 section 2), and where it finds that (3.1). */
export interface ProtectedResource {
  readonly metadata: {
    readonly resource: string;
    readonly authorization_servers: readonly string[];
    readonly scopes_supported: readonly string[];
    readonly bearer_methods_supported: readonly string[];
    readonly resource_name: string;
  };
  readonly metadataUrl: string;
  /** Where it is served: with the path of the resource after it, where that has one. */
  readonly paths: readonly string[];
}

export function protectedResource(oidc: OidcConfig): ProtectedResource {
  // The configuration is checked to have one.
  const resource = resourceOf(oidc) ?? oidc.audience;
  const { origin, pathname } = new URL(resource);
  const suffix = pathname === '/' ? '' : pathname;
  return {
    metadata: {
      resource,
      authorization_servers: [oidc.issuer],
      scopes_supported: [oidc.scopes.analyze, oidc.scopes.read],
      bearer_methods_supported: ['header'],
      resource_name: 'Lobar',
    },
    metadataUrl: `${origin}${wellKnown}${suffix}`,
    paths: [...new Set([wellKnown, `${wellKnown}${suffix}`])],
  };
}
