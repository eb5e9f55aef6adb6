/** The shape of the configuration of who may ask: TLS of the service itself, tokens, client certificates. */
import { isIP } from 'node:net';
import { type Static, Type } from '@sinclair/typebox';
import { addressList } from './address-ranges.ts';
import { closed, seconds, section, url } from './config-blocks.ts';
import { tlsTowards } from './config-connections.ts';
import { isHttpUrl } from './config-formats.ts';

export const HttpTlsSchema = closed(
  {
    certFile: Type.String({
      minLength: 1,
      description: 'PEM file of the certificate with its chain, read again when it changes',
    }),
    keyFile: Type.String({ minLength: 1, description: 'PEM file of its key, read again when it changes' }),
  },
  'Serve HTTPS instead of HTTP',
);
export type HttpTlsConfig = Static<typeof HttpTlsSchema>;

/** Signatures by a private key only: a shared secret (HS256), or none, is no signature of an issuer (RFC 8725 3.1). */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** One scope-token of RFC 6749 3.3. */
const scopeName = (value: string, description: string) =>
  Type.String({ pattern: '^[!#-\\[\\]-~]+$', default: value, description });

const oidc = closed(
  {
    issuer: url('Issuer of the tokens: `iss`, letter by letter'),
    audience: Type.String({
      minLength: 1,
      description: 'What the issuer calls this service: `aud` of its access tokens must hold it',
      examples: ['https://lobar.example.org'],
    }),
    resource: Type.Optional(
      url(
        'Address at which clients reach this service, for RFC 9728; the audience by default, where that is a URL',
      ),
    ),
    jwksUrl: Type.Optional(
      url('Keys of the issuer, instead of the jwks_uri of its .well-known/openid-configuration'),
    ),
    algorithms: Type.Array(Type.Union(algorithms.map((one) => Type.Literal(one))), {
      minItems: 1,
      default: ['RS256', 'RS384', 'PS256', 'PS384', 'ES256', 'ES384'],
      description: 'Signatures that are accepted',
    }),
    clockToleranceSeconds: Type.Number({
      minimum: 0,
      maximum: 300,
      default: 30,
      description: 'By how much the clocks of issuer and service may differ, seconds',
    }),
    scopes: section(
      {
        analyze: scopeName('lobar.analyze', 'Scope to have studies analysed; allows what read allows, too'),
        read: scopeName('lobar.read', 'Scope to see which models are in use'),
      },
      'What the scopes are called at the issuer',
    ),
    keys: section(
      {
        maxAgeSeconds: seconds(600, 'After so long the keys are read again, in the background'),
        refetchSeconds: seconds(30, 'A key that is not known is not looked for more often'),
      },
      'How the keys of the issuer are kept. While it is down, those read last are used on, for a day',
    ),
    tls: tlsTowards('the issuer'),
    timeouts: section(
      {
        connect: seconds(3, 'To open a connection'),
        firstByte: seconds(5, 'From the request to the head of the answer'),
        idle: seconds(5, 'Between two pieces of an answer'),
      },
      'How long to wait for the issuer: a caller may be waiting, too',
    ),
  },
  'Bearer tokens: access tokens of an OpenID provider that are JWTs (RFC 6750, RFC 9068)',
);
export type OidcConfig = Static<typeof oidc>;

const clientCertificates = closed(
  {
    caFile: Type.String({
      minLength: 1,
      description: 'PEM file of the authorities of client certificates, read again when it changes',
    }),
    clients: Type.Optional(
      Type.Record(Type.String(), Type.Array(Type.Union([Type.Literal('analyze'), Type.Literal('read')])), {
        propertyNames: { type: 'string', format: 'certificate-name' },
        description:
          'Who may do what, by common name or URI of the certificate; left out, whoever has a certificate of these authorities may do everything',
        examples: [{ 'CN=ehr.example.org': ['analyze'], 'URI:spiffe://example.org/ehr': ['analyze'] }],
      }),
    ),
  },
  'Client certificates (mutual TLS); needs http.tls',
);
export type ClientCertificatesConfig = Static<typeof clientCertificates>;

export const AuthSchema = section(
  { oidc: Type.Optional(oidc), clientCertificates: Type.Optional(clientCertificates) },
  'Who may ask. With both, either is enough; with neither nobody is asked, which is allowed on loopback only',
);
export type AuthConfig = Static<typeof AuthSchema>;

interface Inbound {
  readonly http: { readonly host: string; readonly tls?: HttpTlsConfig };
  readonly auth: AuthConfig;
}

/** What no schema can say of these sections, each with its path. */
export function authMistakes({ http, auth: { oidc, clientCertificates } }: Inbound): string[] {
  const mistakes: string[] = [];
  if (oidc === undefined && clientCertificates === undefined && !isLoopback(http.host)) {
    mistakes.push(
      'auth: without it http.host must be a loopback address, such as 127.0.0.1; set auth.oidc or auth.clientCertificates',
    );
  }
  if (clientCertificates !== undefined && http.tls === undefined) {
    mistakes.push('auth.clientCertificates: needs http.tls, as certificates are shown by TLS');
  }
  if (oidc !== undefined && resourceOf(oidc) === undefined) {
    mistakes.push(
      'auth.oidc.resource: is needed where audience is no URL: the address at which clients reach this service',
    );
  }
  return mistakes;
}

/** The service as its clients know it (RFC 9728 1.2, resource identifier). */
export function resourceOf({ resource, audience }: OidcConfig): string | undefined {
  return resource ?? (isHttpUrl(audience) ? audience : undefined);
}

const loopback = addressList(['127.0.0.0/8', '::1']);

/** Whether nobody but this machine reaches it. `localhost` is loopback by RFC 6761 6.3. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return loopback.check(host, version === 4 ? 'ipv4' : 'ipv6');
}
