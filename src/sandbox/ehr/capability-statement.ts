import { offeredTypes } from './offered-types.ts';
import { searchParametersOf } from './search-parameters.ts';

/** What the embedded EHR really offers; a test tries each of it. */
export function capabilityStatement(url: string): fhir4.CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-23',
    kind: 'instance',
    software: { name: 'Lobar embedded EHR' },
    implementation: { description: 'In memory, for demonstration and tests; forgets everything', url },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        resource: offeredTypes.map(offeredResource),
      },
    ],
  };
}

function offeredResource(type: (typeof offeredTypes)[number]): fhir4.CapabilityStatementRestResource {
  return {
    type,
    interaction: (['read', 'vread', 'update', 'history-instance', 'create', 'search-type'] as const).map(
      (code) => ({ code }),
    ),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalUpdate: true,
    searchParam: searchParametersOf(type).map(({ code, type: kind }) => ({ name: code, type: kind })),
  };
}
