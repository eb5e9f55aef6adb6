/** The shape of the configuration of PACS, EHR and audit: where they are, and how they are spoken to. */
import { type Static, Type } from '@sinclair/typebox';
import { closed, count, file, seconds, section, url } from './config-blocks.ts';

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
const tls = tlsTowards('this endpoint');
const tokenEndpointTls = tlsTowards('the token endpoint; that of the PACS or EHR does not hold for it');
export type TlsConfig = Static<typeof tls>;

const connectTimeout = seconds(5, 'To open a connection');
const firstByteTimeout = seconds(30, 'From the request to the head of the answer');
const idleTimeout = seconds(30, 'Between two pieces of an answer');

const fhirTimeouts = section(
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

const smart = Type.Optional(
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

export const PacsSchema = closed(
  {
    url: url('Root of its DICOMweb services (PS3.18)', 'https://pacs.example.org/dicom-web'),
    bearerTokenFile,
    basic,
    oauth2,
    headers: freeHeaders,
    tls,
    timeouts: pacsTimeouts,
    parallelGets: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 6,
      description: 'Instances asked for at once where a series cannot be had in one stream',
    }),
    store: Type.Array(
      Type.Union([Type.Literal('seg'), Type.Literal('sr'), Type.Literal('pdf'), Type.Literal('pictures')]),
      {
        default: [],
        uniqueItems: true,
        description:
          'What is stored into this PACS (STOW-RS) with each report that is published of one of its studies: seg, the opacities and lobes as DICOM Segmentation; sr, the measurements (TID 1500); pdf, the report; pictures, those of the report as Secondary Capture',
      },
    ),
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

/** How a FHIR server is reached: an EHR, or the repository of the audit. */
const fhirConnection = {
  url: url('Base of its FHIR R4 API', 'https://ehr.example.org/fhir'),
  bearerTokenFile,
  basic,
  oauth2,
  smart,
  headers: freeHeaders,
  tls,
  timeouts: fhirTimeouts,
  breaker: section(
    {
      failures: count(5, 'Failed attempts in a row (network, timeout, 5xx) before it is left alone', 1000),
      openSeconds: seconds(30, 'How long it is left alone before one request tries again'),
    },
    'Circuit breaker: a server that is down is not asked over and over',
  ),
};
const oneCredential = { atMostOneOf: ['bearerTokenFile', 'basic', 'oauth2', 'smart'] };

const FhirConnectionSchema = closed(fhirConnection, 'A FHIR server', oneCredential);
export type FhirConnectionConfig = Static<typeof FhirConnectionSchema>;
export type SmartConfig = NonNullable<FhirConnectionConfig['smart']>;

export const writeModes = [
  'put-id',
  'conditional-update',
  'conditional-create',
  'create-and-search',
  'document',
] as const;
export type WriteMode = (typeof writeModes)[number];

export const EhrSchema = closed(
  {
    ...fhirConnection,
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
    aiLabel: Type.Boolean({
      default: true,
      description: 'Label what is published as made by software (meta.security AIAST)',
    }),
    reportCode: Type.Union([Type.Literal('ct-chest'), Type.Literal('imaging-report')], {
      default: 'ct-chest',
      description:
        'Code of the DiagnosticReport: LOINC 24627-2 CT Chest, or in Europe LOINC 85430-7 with it as the second',
    }),
    writeMode: Type.Union([Type.Literal('auto'), ...writeModes.map((mode) => Type.Literal(mode))], {
      default: 'auto',
      description:
        'How resources are written. auto: the safest that its CapabilityStatement offers, in this order: put-id (a transaction of PUT Type/id), conditional-update, conditional-create, create-and-search (one by one), document (a DocumentReference with the PDF and nothing else; with auto only where presentedForm has pdf)',
    }),
    presentedForm: Type.Array(Type.Union([Type.Literal('pdf'), Type.Literal('html'), Type.Literal('png')]), {
      default: ['pdf'],
      uniqueItems: true,
      description: 'The report as people read it, in DiagnosticReport.presentedForm; none where it is empty',
    }),
    documentReference: Type.Boolean({
      default: false,
      description: 'Write a DocumentReference with the report as PDF too, for EHRs that show documents',
    }),
    previousResults: Type.Boolean({
      default: true,
      description:
        'Search earlier reports of Lobar of the same patient, and show their numbers in the report',
    }),
    demographics: Type.Union([Type.Literal('refuse'), Type.Literal('warn')], {
      default: 'refuse',
      description:
        'When birth date or sex of the DICOM header are not those of the patient in the EHR: publish nothing, or warn',
    }),
    lookUp: section(
      {
        serviceRequest: Type.Boolean({
          default: false,
          description: 'Search the order by accession number, refer to it, and compare its patient',
        }),
        imagingStudy: Type.Boolean({
          default: false,
          description: 'Search the ImagingStudy by StudyInstanceUID or accession number, likewise',
        }),
      },
      'What else is looked up before publishing; each must then be there exactly once',
    ),
  },
  'An EHR',
  oneCredential,
);
export type EhrConfig = Static<typeof EhrSchema>;

export const AuditSchema = section(
  {
    log: Type.Boolean({
      default: false,
      description: 'Write every AuditEvent as a line of the log. It names patient and study',
    }),
    fhir: Type.Optional(closed(fhirConnection, 'FHIR repository of AuditEvents', oneCredential)),
    whenDown: Type.Union([Type.Literal('best-effort'), Type.Literal('required')], {
      default: 'best-effort',
      description:
        'When the repository does not take an event: keep it in memory and go on, or publish nothing',
    }),
    queueLength: count(
      1000,
      'Events kept in memory for best-effort; the oldest beyond them are dropped and counted',
    ),
    site: Type.Optional(
      Type.String({ minLength: 1, description: 'Name of this installation in the events' }),
    ),
    claimProfile: Type.Boolean({
      default: false,
      description:
        'Name the BALP profile in meta.profile of the events that satisfy one. A server that validates must know it, or it refuses them',
    }),
  },
  'Audit trail: an AuditEvent (IHE BALP) for each study read, each look for studies and each report published',
  { needs: { when: 'whenDown', is: 'required', setting: 'fhir' } },
);
export type AuditConfig = Static<typeof AuditSchema>;
