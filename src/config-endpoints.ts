/** The shape of the configuration of PACS, EHR and audit: where they are, and how they are spoken to. */
import { type Static, Type } from '@sinclair/typebox';
import { closed, count, seconds, section, url } from './config-blocks.ts';
import {
  basic,
  bearerTokenFile,
  fhirTimeouts,
  freeHeaders,
  oauth2,
  pacsTimeouts,
  smart,
  tls,
} from './config-connections.ts';

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
  'Audit trail: an AuditEvent (IHE BALP) for each study read, each look for studies, what is stored into a PACS and each report published',
  { needs: { when: 'whenDown', is: 'required', setting: 'fhir' } },
);
export type AuditConfig = Static<typeof AuditSchema>;
