import { operationCode, operationUrl } from './operation-definition.ts';
import { noClinicalValidity, publication } from './publication.ts';
import { type ServedType, servedTypes } from './served-definitions.ts';

/** How a client shows who it is (FHIR R4 restful-security-service). */
export type SecurityService = 'OAuth' | 'Certificates';

/** What the service itself offers in FHIR: one operation, and the definitions of what it publishes. */
export function capabilityStatement(
  fhirBase: string,
  version: string,
  accepted: readonly SecurityService[] = [],
): fhir4.CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    ...publication,
    title: 'Lobar (AI, research use)',
    kind: 'instance',
    software: { name: 'Lobar', version },
    implementation: { description: `Analyses chest CTs on request. ${noClinicalValidity}` },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'application/json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'No patient data is kept: results are written to the EHR. The resources are the definitions of what is written there.',
        security: security(accepted),
        resource: (Object.keys(servedTypes) as ServedType[]).map((type) => ({
          type,
          interaction: [{ code: 'read' }, { code: 'search-type' }],
          versioning: 'no-version',
          searchParam: Object.entries(servedTypes[type]).map(([name, kind]) => ({ name, type: kind })),
        })),
        operation: [{ name: operationCode, definition: operationUrl(fhirBase) }],
      },
    ],
  };
}

function security(accepted: readonly SecurityService[]): fhir4.CapabilityStatementRestSecurity {
  if (accepted.length === 0) {
    return {
      cors: false,
      description: 'None is configured, so it listens on loopback only: whoever reaches the port may ask.',
    };
  }
  return {
    cors: false,
    service: accepted.map((code) => ({
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code, display: code },
      ],
    })),
    description:
      'The operation needs an access token (RFC 6750; /.well-known/oauth-protected-resource says of whom) or a client certificate, as listed. The definitions are open.',
  };
}
