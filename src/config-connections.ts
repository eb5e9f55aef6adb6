/** The building blocks of the configuration of connections: TLS, time-outs, credentials. */
import { type Static, Type } from '@sinclair/typebox';
import { closed, file, seconds, section, url } from './config-blocks.ts';

const certificatePair = { certFile: ['keyFile'], keyFile: ['certFile'] };

export const tlsTowards = (whom: string) =>
  section(
    {
      caFile: file(
        'PEM file of the certificate authorities to trust instead of the system ones, read again when it changes',
      ),
      certFile: file('PEM file of the client certificate (mutual TLS), read again when it changes'),
      keyFile: file('PEM file of the key of the client certificate, read again when it changes'),
      insecure: Type.Boolean({
        default: false,
        description: 'Accept any certificate. For test systems only',
      }),
    },
    `TLS towards ${whom}`,
    { dependencies: certificatePair },
  );
export const tls = tlsTowards('this endpoint');
const tokenEndpointTls = tlsTowards('the token endpoint; that of the PACS or EHR does not hold for it');
export type TlsConfig = Static<typeof tls>;

const connectTimeout = seconds(5, 'To open a connection');
const firstByteTimeout = seconds(30, 'From the request to the head of the answer');
const idleTimeout = seconds(30, 'Between two pieces of an answer');

export const fhirTimeouts = section(
  {
    connect: connectTimeout,
    firstByte: firstByteTimeout,
    idle: idleTimeout,
    total: seconds(
      120,
      'All that publishing one report takes, or storing one audit event, with every wait and repetition',
    ),
  },
  'How long to wait for this endpoint',
);

export const pacsTimeouts = section(
  {
    connect: connectTimeout,
    firstByte: firstByteTimeout,
    idle: idleTimeout,
    total: seconds(
      300,
      'A whole answer, from the request to its last byte, without the time in which it waits to be read',
    ),
  },
  'How long to wait for this endpoint',
);

export const bearerTokenFile = file('File that holds a bearer token; read again for every request');

export const basic = Type.Optional(
  closed(
    {
      username: Type.String({ minLength: 1, pattern: '^[^:]*$', description: 'User name (RFC 7617)' }),
      passwordFile: Type.String({
        minLength: 1,
        description: 'File that holds the password; read again for every request',
      }),
    },
    'HTTP Basic authentication',
  ),
);

export const oauth2 = Type.Optional(
  closed(
    {
      tokenUrl: url('Token endpoint of the authorization server', 'https://login.example.org/token'),
      clientId: Type.String({
        minLength: 1,
        description: 'Id under which the authorization server knows Lobar',
      }),
      clientSecretFile: Type.String({
        minLength: 1,
        description: 'File that holds the client secret; read again for every token',
      }),
      clientAuthentication: Type.Union([Type.Literal('basic'), Type.Literal('post')], {
        default: 'basic',
        description: 'How the client secret is sent (RFC 6749 2.3.1)',
      }),
      scope: Type.Optional(
        Type.String({ minLength: 1, description: 'Scopes to ask for, separated by spaces' }),
      ),
      audience: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Audience to name, where the authorization server asks for one',
        }),
      ),
      tls: tokenEndpointTls,
    },
    'OAuth 2 client credentials (RFC 6749 4.4)',
  ),
);

export const freeHeaders = Type.Record(Type.String(), Type.String({ pattern: '^[\\t -~]*$' }), {
  default: {},
  propertyNames: { type: 'string', format: 'free-header' },
  description: 'Headers sent with every request; never shown, as they may hold a secret',
});

export const smart = Type.Optional(
  closed(
    {
      clientId: Type.String({ minLength: 1, description: 'Id under which the EHR has registered Lobar' }),
      keyFiles: Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        maxItems: 8,
        description:
          'Private keys, JWK or PEM (PKCS 8): RSA signs RS384, EC P-384 signs ES384. The first signs, all are published at /.well-known/jwks.json; read again when they change',
      }),
      tokenUrl: Type.Optional(
        url('Token endpoint, instead of the one in .well-known/smart-configuration of the FHIR base'),
      ),
      audience: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Audience (aud) of the assertion; the address of the token endpoint by default',
        }),
      ),
      jwksUrl: Type.Optional(
        url('Where the EHR reaches our /.well-known/jwks.json; sent as jku of the assertion'),
      ),
      scopes: Type.Optional(
        Type.Array(Type.String({ minLength: 1, pattern: '^[!#-[\\]-~]+$' }), {
          minItems: 1,
          description: 'Scopes to ask for, instead of those that the configured features need',
        }),
      ),
      scopeVersion: Type.Union([Type.Literal('v2'), Type.Literal('v1')], {
        default: 'v2',
        description: 'How scopes are written: v2 system/Observation.crus, v1 system/Observation.write',
      }),
      tls: tokenEndpointTls,
    },
    'SMART Backend Services: private_key_jwt (HL7 SMART App Launch 2)',
  ),
);
