import { operationCode, operationUrl } from './operation-definition.ts';
import { noClinicalValidity, publication } from './publication.ts';
import { type ServedType, servedTypes } from './served-definitions.ts';

/** What the service itself offers in FHIR: one operation, and the definitions of what it publishes. */
export function capabilityStatement(fhirBase: string, version: string): fhir4.CapabilityStatement {
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
        security: {
          cors: false,
          description:
            'None of its own: whoever reaches the port may ask. By default it listens on loopback only; put it behind a gateway that authenticates.',
        },
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
