/** Every code of an AuditEvent: code system, code, display, and the public source that defines it. */
import type { Code } from '../codes.ts';

const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
const tho = 'http://terminology.hl7.org/CodeSystem';
const interaction = 'http://hl7.org/fhir/restful-interaction';

const dcmSource = 'DICOM PS3.16 Annex D';
const r4 = 'FHIR R4';

// biome-ignore format: a table reads best with one row a code
export const auditCodes = {
  // What happened
  rest: { system: `${tho}/audit-event-type`, code: 'rest', display: 'RESTful Operation', source: `${r4} audit-event-type` },
  read: { system: interaction, code: 'read', display: 'read', source: `${r4} restful-interaction` },
  search: { system: interaction, code: 'search', display: 'search', source: `${r4} restful-interaction` },
  create: { system: interaction, code: 'create', display: 'create', source: `${r4} restful-interaction` },
  update: { system: interaction, code: 'update', display: 'update', source: `${r4} restful-interaction` },
  transferred: { system: dcm, code: '110104', display: 'DICOM Instances Transferred', source: dcmSource },

  // Who took part
  application: { system: dcm, code: '110150', display: 'Application', source: dcmSource },
  source: { system: dcm, code: '110153', display: 'Source Role ID', source: dcmSource },
  destination: { system: dcm, code: '110152', display: 'Destination Role ID', source: dcmSource },
  applicationServer: { system: `${tho}/security-source-type`, code: '4', display: 'Application Server', source: `${r4} security-source-type` },

  // What it was about
  person: { system: `${tho}/audit-entity-type`, code: '1', display: 'Person', source: `${r4} audit-entity-type` },
  systemObject: { system: `${tho}/audit-entity-type`, code: '2', display: 'System Object', source: `${r4} audit-entity-type` },
  imagingStudy: { system: 'http://hl7.org/fhir/resource-types', code: 'ImagingStudy', display: 'ImagingStudy', source: `${r4} resource-types` },
  requestId: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId', display: 'transport specific unique identifier where http X-Request-Id is used', source: 'IHE BALP 1.1.3, BasicAuditEntityType' },
  patient: { system: `${tho}/object-role`, code: '1', display: 'Patient', source: `${r4} object-role` },
  report: { system: `${tho}/object-role`, code: '3', display: 'Report', source: `${r4} object-role` },
  query: { system: `${tho}/object-role`, code: '24', display: 'Query', source: `${r4} object-role` },
} as const satisfies Record<string, Code>;

/** Kinds of a network address (FHIR R4 network-type). */
export const networkType = { machineName: '1', ipAddress: '2', uri: '5' } as const;

/** FHIR R4 audit-event-outcome: 4 is "often equivalent to an HTTP 400 response", 8 to a 500. */
export const outcomes = { success: '0', minorFailure: '4', seriousFailure: '8' } as const;

const balp = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit';

/** Profiles of IHE Basic Audit Log Patterns 1.1.3; see `audit-event.ts` for which event satisfies which. */
export const balpProfiles = {
  read: `${balp}.PatientRead`,
  search: `${balp}.PatientQuery`,
  create: `${balp}.PatientCreate`,
  update: `${balp}.PatientUpdate`,
} as const;
