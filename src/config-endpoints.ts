/** The shape of the configuration of PACS and EHR: where they are, and how they are spoken to. */
import { type Static, Type } from '@sinclair/typebox';
import { closed, file, seconds, section, url } from './config-blocks.ts';

const certificatePair = { certFile: ['keyFile'], keyFile: ['certFile'] };

const tlsTowards = (whom: string) =>
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
const tls = tlsTowards('this endpoint');
export type TlsConfig = Static<typeof tls>;

const connectTimeout = seconds(5, 'To open a connection');
const firstByteTimeout = seconds(30, 'From the request to the head of the answer');
const idleTimeout = seconds(30, 'Between two pieces of an answer');

const timeouts = section(
  { connect: connectTimeout, firstByte: firstByteTimeout, idle: idleTimeout },
  'How long to wait for this endpoint',
);

const pacsTimeouts = section(
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

const bearerTokenFile = file('File that holds a bearer token; read again for every request');

const basic = Type.Optional(
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

const oauth2 = Type.Optional(
  closed(
    {
      tokenUrl: url('Token endpoint of the authorization server'),
      clientId: Type.String({ minLength: 1, description: 'Client id' }),
      clientSecretFile: Type.String({
        minLength: 1,
        description: 'File that holds the client secret; read again for every token',
      }),
      clientAuthentication: Type.Union([Type.Literal('basic'), Type.Literal('post')], {
        default: 'basic',
        description: 'How the client secret is sent (RFC 6749 2.3.1)',
      }),
      scope: Type.Optional(Type.String({ minLength: 1, description: 'Scopes, separated by spaces' })),
      audience: Type.Optional(
        Type.String({ minLength: 1, description: 'Audience, where the authorization server asks for one' }),
      ),
      tls: tlsTowards('the token endpoint; that of the PACS does not hold for it'),
    },
    'OAuth 2 client credentials (RFC 6749 4.4)',
  ),
);

export const PacsSchema = closed(
  {
    url: url('Root of its DICOMweb services (PS3.18)'),
    bearerTokenFile,
    basic,
    oauth2,
    headers: Type.Record(Type.String(), Type.String({ pattern: '^[\\t -~]*$' }), {
      default: {},
      propertyNames: { type: 'string', format: 'free-header' },
      description: 'Headers sent with every request; never shown, as they may hold a secret',
    }),
    tls,
    timeouts: pacsTimeouts,
    parallelGets: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 6,
      description: 'Instances asked for at once where a series cannot be had in one stream',
    }),
    retries: Type.Integer({
      minimum: 0,
      maximum: 10,
      default: 2,
      description: 'How often a request that found the PACS busy or gone is sent again',
    }),
  },
  'A PACS',
  { atMostOneOf: ['bearerTokenFile', 'basic', 'oauth2'] },
);
export type PacsConfig = Static<typeof PacsSchema>;
export type OAuth2Config = NonNullable<PacsConfig['oauth2']>;

export const EhrSchema = closed(
  {
    url: url('Base of its FHIR R4 API'),
    bearerTokenFile,
    tls,
    timeouts,
    patientIdentifierSystem: Type.String({
      minLength: 1,
      description: 'Identifier system (URI) under which the EHR knows the DICOM PatientID',
      examples: ['urn:oid:2.16.840.1.113883.19.5'],
    }),
    issuerSystems: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description:
        'IssuerOfPatientID (0010,0021) to identifier system, where one PACS serves several issuers',
    }),
    accessionSystem: Type.Optional(
      Type.String({
        description: 'Identifier system (URI) of accession numbers',
        examples: ['urn:oid:2.16.840.1.113883.19.6'],
      }),
    ),
    reportStatus: Type.Union([Type.Literal('preliminary'), Type.Literal('partial')], {
      default: 'preliminary',
      description: 'Status of the DiagnosticReport. Never final: no human has read it',
    }),
    aiLabel: Type.Boolean({ default: true, description: 'Label resources with meta.security AIAST' }),
    writeMode: Type.Union([Type.Literal('put-id')], {
      default: 'put-id',
      description: 'How resources are written: a transaction of PUT Type/id',
    }),
  },
  'An EHR',
);
export type EhrConfig = Static<typeof EhrSchema>;
