import type { BlockList } from 'node:net';
import { type buildConnector, Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { addressList } from '../address-ranges.ts';
import type { EgressConfig, ProxyConfig, TlsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { ObserveExchange } from '../telemetry/exchange.ts';
import { checkedConnector } from './checked-connector.ts';
import { connectorThroughProxy, connectorToProxy } from './proxy-failure.ts';
import { type TlsFiles, type TlsOptions, tlsFiles } from './tls-files.ts';

/** What holds for every connection out of this process. */
export interface OutboundConfig {
  readonly egress: EgressConfig;
  readonly proxy: ProxyConfig;
  /** Told of every exchange with a PACS, an EHR, the audit repository or an authorization server. */
  readonly observe?: ObserveExchange;
}

/** No proxy, and no address is blocked. */
export const unrestricted: OutboundConfig = { egress: { blockedAddresses: [] }, proxy: {} };

export interface AgentOptions {
  /** Where the endpoint stands in the configuration, for errors: `pacs.main`. */
  readonly endpoint: string;
  /** Its origin is the only one that is spoken to. */
  readonly url: string;
  readonly tls: TlsConfig;
  /** Seconds. */
  readonly timeouts: { readonly connect: number; readonly firstByte: number; readonly idle: number };
  readonly outbound: OutboundConfig;
  /** Bytes; unlimited if left out. */
  readonly maxResponseSize?: number;
  /** Milliseconds that only go up. */
  readonly now?: () => number;
}

/**
 * The connections to one endpoint: its origin alone, its timeouts and TLS, the proxy, the blocked addresses.
 * TLS files are read again when they changed, and what was opened with the old ones is used no more; while the
 * new ones cannot be used, the old ones are, for a minute. Follows no redirect.
 *
 * Its requests fail with undici's errors, and with LobarErrors `address-blocked`, `proxy-failed` and
 * `config-invalid` (a TLS file, after that minute).
 *
 * @throws LobarError `config-invalid` for a TLS file.
 */
export function openAgent(options: AgentOptions): EndpointAgent {
  return new EndpointAgent(options);
}

export class EndpointAgent extends Dispatcher {
  readonly #options: AgentOptions;
  readonly #origin: string;
  readonly #blocked: BlockList;
  readonly #files: TlsFiles;
  #current: Dispatcher;
  /** Opened with older files, and still finishing what was asked of them. */
  readonly #retired = new Set<Dispatcher>();
  #closed = false;

  constructor(options: AgentOptions) {
    super();
    this.#options = options;
    this.#origin = new URL(options.url).origin;
    this.#blocked = addressList(options.outbound.egress.blockedAddresses);
    this.#files = tlsFiles(`${options.endpoint}.tls`, options.tls, options.now);
    this.#current = this.#open(this.#files.read());
  }

  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (request.origin === undefined || new URL(request.origin).origin !== this.#origin) {
      throw new LobarError(
        'internal',
        {},
        { cause: new Error(`not the origin of ${this.#options.endpoint}`) },
      );
    }
    const tls = this.#closed ? undefined : this.#files.renewed();
    if (tls !== undefined) this.#renew(tls);
    return this.#current.dispatch({ ...request, origin: this.#origin }, handler);
  }

  /** Breaks off what is under way. */
  async closeAll(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#current, ...this.#retired].map((one) => one.destroy()));
  }

  #renew(tls: TlsOptions): void {
    const old = this.#current;
    this.#current = this.#open(tls);
    this.#retired.add(old);
    // Ends its idle connections now and the others after their answer.
    void old
      .close()
      .catch(() => undefined)
      .finally(() => this.#retired.delete(old));
  }

  #open(tls: TlsOptions): Dispatcher {
    const { endpoint, timeouts, outbound, maxResponseSize = -1 } = this.#options;
    const connection = { timeout: timeouts.connect * 1000, allowH2: false };
    const limits = {
      // HTTP/2 would share one connection, and so one window, between a series and everything else.
      allowH2: false,
      headersTimeout: timeouts.firstByte * 1000,
      bodyTimeout: timeouts.idle * 1000,
      maxResponseSize,
    };
    const toEndpoint = checkedConnector(endpoint, this.#blocked, { ...connection, ...tls });
    // The proxy is not this endpoint: the system's authorities, and no client certificate.
    const toProxy = connectorToProxy(endpoint, checkedConnector(endpoint, this.#blocked, connection));
    return new EnvHttpProxyAgent({
      ...limits,
      // An empty text is no proxy; left out, undici would read the environment of the process.
      ...proxiesFor(this.#origin, outbound.proxy),
      connect: toEndpoint,
      requestTls: { ...connection, ...tls },
      clientFactory: (proxy) => new Pool(proxy, { ...limits, connect: toProxy }),
      factory: (origin, given) => {
        const { connect } = given as { connect: buildConnector.connector };
        // Another origin than the endpoint's is that of the proxy that forwards plain HTTP.
        const direct = origin === this.#origin;
        return new Pool(origin, {
          ...limits,
          connect: direct ? connectorThroughProxy(endpoint, connect) : toProxy,
        });
      },
    });
  }
}

/** The proxy for plain HTTP is none for TLS: undici alone would take it for both. */
function proxiesFor(origin: string, { http = '', https = '', noProxy = '' }: ProxyConfig) {
  const secure = origin.startsWith('https:');
  return { httpProxy: secure ? '' : http, httpsProxy: secure ? https : '', noProxy };
}
