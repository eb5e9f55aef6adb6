import type { FhirConnectionConfig } from '../config-schema.ts';
import { openClientCredentials } from './client-credentials.ts';
import { readBearerToken, readSecret } from './endpoint-files.ts';
import type { OutboundConfig } from './open-agent.ts';
import { openSmartBackend } from './smart-backend.ts';
import type { ScopeNeed } from './smart-scopes.ts';
import type { TokenSource } from './token-source.ts';

/** How Lobar shows an endpoint who it is. */
export interface Authorization {
  /** In words, for an error: 'a bearer token'; and the setting to check. */
  readonly kind: string;
  readonly setting: string;
  /**
   * The value of the Authorization header.
   * @throws NoToken; LobarError `config-invalid` (a file), and those of a connection to the token endpoint:
   *   `address-blocked`, `proxy-failed`, `shutting-down`.
   */
  header(): Promise<string | undefined>;
  /** After a 401 or 403: takes no such header again, where it can; whether the next one will be another. */
  renew(refused: string | undefined): boolean;
  close(): Promise<void>;
}

/** What is configured for an endpoint: its credentials, and what they need to know of it. */
type Endpoint = Pick<
  FhirConnectionConfig,
  'url' | 'tls' | 'headers' | 'timeouts' | 'bearerTokenFile' | 'basic' | 'oauth2' | 'smart'
>;

/**
 * The one way that is configured for this endpoint.
 *
 * @param endpoint - where it is configured: `pacs.main`
 * @param needs - what is done there, for the scopes of SMART
 * @throws LobarError `config-invalid` for a key or TLS file
 */
export function openAuthorization(
  endpoint: string,
  config: Endpoint,
  outbound: OutboundConfig,
  needs: readonly ScopeNeed[] = [],
): Authorization {
  const { bearerTokenFile, basic, oauth2, smart, timeouts } = config;
  const fixed = { renew: () => false, close: async () => undefined };
  if (bearerTokenFile !== undefined) {
    const setting = `${endpoint}.bearerTokenFile`;
    const header = async () => `Bearer ${await readBearerToken(setting, bearerTokenFile)}`;
    return { ...fixed, kind: 'a bearer token', setting, header };
  }
  if (basic !== undefined) {
    const setting = `${endpoint}.basic`;
    const { username, passwordFile } = basic;
    const header = async () =>
      basicCredentials(username, await readSecret(`${setting}.passwordFile`, passwordFile));
    return { ...fixed, kind: 'a user name and password', setting, header };
  }
  if (oauth2 !== undefined) {
    const source = openClientCredentials({ endpoint, oauth2, timeouts, outbound });
    return byToken('an OAuth 2 token', `${endpoint}.oauth2`, source);
  }
  if (smart !== undefined) {
    const source = openSmartBackend({ ...config, endpoint, smart, outbound, needs });
    return byToken('a SMART token', `${endpoint}.smart`, source);
  }
  // A PACS has no SMART (HL7 SMART App Launch is of FHIR).
  const ways = endpoint.startsWith('pacs.') ? 'oauth2' : 'oauth2, smart';
  const setting = `${endpoint}.bearerTokenFile, basic, ${ways} or tls.certFile`;
  return { ...fixed, kind: 'no credentials', setting, header: async () => undefined };
}

function byToken(kind: string, setting: string, source: TokenSource): Authorization {
  return {
    kind,
    setting,
    header: async () => `Bearer ${await source.token()}`,
    renew(refused) {
      source.discard(refused?.replace('Bearer ', '') ?? '');
      return true;
    },
    close: () => source.close(),
  };
}

/** RFC 7617 section 2, in UTF-8 (section 2.1). */
function basicCredentials(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
