import type { IncomingMessage } from 'node:http';
import type { Config } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import { openIssuerKeySource } from '../../outbound/issuer-key-source.ts';
import { NoToken } from '../../outbound/no-token.ts';
import type { OutboundConfig } from '../../outbound/open-agent.ts';
import type { Logger } from '../../telemetry/log.ts';
import { bearerToken } from './bearer-token.ts';
import { certificateClient } from './certificate-client.ts';
import { type Client, type Grant, unknownClient } from './client.ts';
import { issuerKeys } from './issuer-keys.ts';
import { namesLoopback } from './names-loopback.ts';
import { type ProtectedResource, protectedResource } from './protected-resource.ts';
import { tokenClient } from './token-client.ts';

export interface Authentication {
  /**
   * Who sends this request, by its head alone.
   *
   * @throws LobarError `credentials-missing`, `token-invalid`, `certificate-refused`, `host-refused`,
   *   `issuer-unavailable`, `request-invalid`
   */
  identify(request: IncomingMessage, address: string): Promise<Client>;
  /** What the issuer of tokens, or else this service, calls what a route needs. */
  scopeName(grant: Grant): string;
  /** Where tokens come from, if they are accepted. */
  readonly resource?: ProtectedResource | undefined;
  /**
   * Where the issuer gives out tokens, as it says itself; absent where none are accepted.
   *
   * @throws as IssuerKeySource.read
   */
  readonly tokenEndpoint?: (() => Promise<string>) | undefined;
  close(): Promise<void>;
}

/** On loopback nobody is asked; but it has to be meant, as a browser lends its place there to pages of the web. */
export const noAuthentication: Authentication = {
  async identify({ headers }, address) {
    if (!namesLoopback(headers.host)) throw new LobarError('host-refused', {});
    return unknownClient(address, ['analyze', 'read']);
  },
  scopeName: (grant) => grant,
  close: async () => undefined,
};

/**
 * As it is configured: by token, by client certificate, or by either. A token that was sent decides; without one,
 * the certificate does. Asks nobody yet.
 *
 * @throws LobarError `config-invalid` for a TLS file
 */
export function openAuthentication(
  config: Pick<Config, 'auth'> & OutboundConfig,
  logger: Logger,
): Authentication {
  const { oidc, clientCertificates } = config.auth;
  if (oidc === undefined && clientCertificates === undefined) return noAuthentication;
  const tokens = oidc && openTokens(oidc, config, logger);

  return {
    async identify({ rawHeaders, socket }) {
      const token = tokens && bearerToken({ rawHeaders });
      if (tokens !== undefined && token !== undefined) return tokens.client(token);
      const client = clientCertificates && certificateClient(socket, clientCertificates);
      if (client !== undefined) return client;
      // RFC 9110 15.5.2: 401 needs a challenge, and there is none for certificates.
      throw tokens === undefined
        ? new LobarError('certificate-refused', { problem: 'none was sent' })
        : new LobarError('credentials-missing', { certificates: clientCertificates !== undefined });
    },
    scopeName: (grant) => oidc?.scopes[grant] ?? grant,
    resource: oidc && protectedResource(oidc),
    tokenEndpoint: tokens?.tokenEndpoint,
    close: async () => tokens?.close(),
  };
}

function openTokens(oidc: NonNullable<Config['auth']['oidc']>, outbound: OutboundConfig, logger: Logger) {
  const source = openIssuerKeySource(oidc, outbound);
  const keys = issuerKeys({
    ...oidc.keys,
    read: () => source.read(),
    onChange: (failure) => {
      if (failure === undefined) logger.info('the keys of the issuer of tokens can be had again');
      else logger.warn(`the keys of the issuer of tokens cannot be had: ${reason(failure)}`);
    },
  });
  return {
    client: (token: string) => tokenClient(token, oidc, keys),
    tokenEndpoint: () => source.tokenEndpoint(),
    close: () => source.close(),
  };
}

/** These hold no address and nothing that was sent; another error may. */
function reason(failure: unknown): string {
  if (failure instanceof NoToken) return failure.problem;
  return failure instanceof LobarError ? failure.logged : 'its JWKS holds no usable set of keys';
}
