import type { FhirConnectionConfig } from '../config-schema.ts';
import { type Authority, longestAnswer } from './ask-authority.ts';
import { authorityDocument } from './authority-document.ts';
import { namedUrlProblem } from './named-url-problem.ts';
import { NoToken } from './no-token.ts';
import { type OutboundConfig, openAgent } from './open-agent.ts';
import type { SigningAlgorithm } from './parse-signing-key.ts';

/** What a FHIR server says of its tokens (SMART App Launch 2.2, "Conformance"). */
export interface SmartDiscovery {
  /**
   * The address of its token endpoint, once it is known to take our kind of signature.
   *
   * @throws NoToken; LobarError `address-blocked`, `proxy-failed`, `config-invalid` (a TLS file), `shutting-down`
   */
  tokenUrl(alg: SigningAlgorithm): Promise<string>;
  /** Reads it again the next time: it may have changed. */
  invalidate(): void;
  close(): Promise<void>;
}

export interface DiscoveryOptions extends Pick<FhirConnectionConfig, 'url' | 'tls' | 'headers' | 'timeouts'> {
  /** `ehr.main` */
  readonly endpoint: string;
  readonly outbound: OutboundConfig;
  /** Milliseconds that only go up. */
  readonly now?: (() => number) | undefined;
}

interface Found {
  readonly tokenUrl: string;
  readonly methods: readonly unknown[] | undefined;
  readonly algorithms: readonly unknown[] | undefined;
}

const readAgainMs = 3_600_000;
const path = '.well-known/smart-configuration';

/**
 * Reads `<base>/.well-known/smart-configuration` when it is needed, and again after an hour. When that fails,
 * what was read before holds on.
 *
 * @throws LobarError `config-invalid` for a TLS file
 */
export function openSmartDiscovery(options: DiscoveryOptions): SmartDiscovery {
  const { endpoint, url, headers, timeouts, outbound, now = () => performance.now() } = options;
  const setting = `${endpoint}.smart`;
  // The server itself, so its own TLS and headers; but no credential.
  const agent = openAgent({ ...options, now, maxResponseSize: longestAnswer });
  const whom = `its ${path}` as const;
  const { observe } = outbound;
  const authority: Authority = { agent, whom, endpoint, setting, timeouts, observe };
  const instead = `set ${setting}.tokenUrl if it cannot be mended`;
  let last: Found | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Found> {
    const document = await authorityDocument(authority, `${url.replace(/\/+$/, '')}/${path}`, {
      headers: { ...headers, accept: 'application/json' },
      instead,
    });
    const problem = namedUrlProblem('token_endpoint', document['token_endpoint'], url);
    if (problem !== undefined) throw new NoToken('refused', `${whom} ${problem}; ${instead}`);
    return {
      tokenUrl: String(document['token_endpoint']),
      methods: list(document['token_endpoint_auth_methods_supported']),
      algorithms: list(document['token_endpoint_auth_signing_alg_values_supported']),
    };
  }

  async function known(): Promise<Found> {
    if (last !== undefined && now() < freshUntil) return last;
    const found = await read().catch((error: unknown) => {
      if (last !== undefined && error instanceof NoToken) return last;
      throw error;
    });
    // Also where the reading failed: the one that is used on need not be doubted with every token.
    freshUntil = now() + readAgainMs;
    last = found;
    return found;
  }

  return {
    async tokenUrl(alg) {
      const { tokenUrl, methods, algorithms } = await known();
      if (methods?.includes('private_key_jwt') === false) {
        throw new NoToken('refused', `${whom} does not offer private_key_jwt; ${instead}`);
      }
      if (algorithms?.includes(alg) === false) {
        const other = alg === 'RS384' ? 'ES384' : 'RS384';
        const remedy = algorithms.includes(other) ? `put a key for ${other} first` : instead;
        throw new NoToken('refused', `${whom} does not offer ${alg}, by which our key signs; ${remedy}`);
      }
      return tokenUrl;
    },
    invalidate() {
      freshUntil = Number.NEGATIVE_INFINITY;
    },
    close: () => agent.closeAll(),
  };
}

function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
